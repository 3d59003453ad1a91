import type { JsonObject } from '@event-tracker/core';
import { expect, test } from 'vitest';
import { describeProblem, problemsOf } from './problems.ts';

const recordOf = (payload: JsonObject) => ({
  id: 'a6edc906-2f9f-5fb2-a373-efac406f0ef2',
  event_type: 'quarantine.login',
  timestamp: '2025-01-01T12:00:00Z',
  payload,
});

test('reads the problems of a record', () => {
  const problem = {
    pointer: '/payload/a',
    code: 'schema_violation',
    detail: 'must be integer',
    keyword: 'type',
    schema: 'a.json',
  };
  expect(problemsOf(recordOf({ problems: [problem], protocol: 'event-tracker' }))).toEqual([problem]);
  expect(describeProblem(problem)).toBe('/payload/a: must be integer');
  expect(describeProblem({ ...problem, pointer: '' })).toBe('must be integer');
});

test.each<JsonObject>([{}, { problems: 'none' }, { problems: {} }])(
  'finds no problems in an event that only has the type of a record: %j',
  (payload) => {
    expect(problemsOf(recordOf(payload))).toEqual([]);
  },
);

test('shows what a problem has, whatever that is', () => {
  expect(problemsOf(recordOf({ problems: [null, { pointer: 1, detail: 'x' }] }))).toMatchObject([
    { pointer: '', detail: '' },
    { pointer: '', detail: 'x' },
  ]);
});

import type { Event, JsonObject } from '@event-tracker/core';
import type { SchemaProblem } from '@event-tracker/core/schemas';
import { expect, test } from 'vitest';
import { createFailureGroups } from './failure-groups.ts';

const eventOf = (payload: JsonObject): Event => ({
  id: '01941f29-7c00-7d0e-9f3b-5a2c81e6b704',
  event_type: 'order',
  timestamp: '2025-01-01T12:00:00Z',
  payload,
});
const problemAt = (pointer: string, keyword = 'type'): SchemaProblem => ({
  pointer,
  code: 'schema_violation',
  detail: `at ${pointer}`,
  keyword,
});

test('counts events by place and keyword, the most frequent first', () => {
  const groups = createFailureGroups();
  groups.add(eventOf({}), [problemAt('/payload/b', 'required'), problemAt('/payload/a')]);
  for (let i = 0; i < 5; i++) groups.add(eventOf({}), [problemAt('/payload/a')]);
  const result = groups.result();
  expect(result.groups.map(({ pointer, keyword, failing }) => [pointer, keyword, failing])).toEqual([
    ['/payload/a', 'type', 6],
    ['/payload/b', 'required', 1],
  ]);
  expect(result.groups.map(({ examples }) => examples.length)).toEqual([3, 1]);
  expect(result.isCut).toBe(false);
});

test('counts an event once for all items of an array, and shows the place of the first', () => {
  const groups = createFailureGroups();
  const items = { 'a/b': [{ '0': 'x' }, { '0': 'x' }] };
  groups.add(eventOf(items), [problemAt('/payload/a~1b/1/0'), problemAt('/payload/a~1b/0/0')]);
  expect(groups.result().groups).toEqual([
    {
      pointer: '/payload/a~1b/*/0',
      keyword: 'type',
      failing: 1,
      examples: [expect.objectContaining({ pointer: '/payload/a~1b/1/0', message: 'at /payload/a~1b/1/0' })],
    },
  ]);
});

test('holds a limited number of groups, and reports that there are more', () => {
  const groups = createFailureGroups();
  for (let n = 0; n < 1_001; n++) groups.add(eventOf({}), [problemAt(`/payload/${n}`)]);
  const { groups: held, isCut } = groups.result();
  expect([held.length, isCut]).toEqual([1_000, true]);
});

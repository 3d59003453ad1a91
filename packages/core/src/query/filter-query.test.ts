import { describe, expect, test } from 'vitest';
import { isInvalidQueryError, type QueryProblem } from '../errors.ts';
import { epochNanosecondsOf } from '../event/timestamp.ts';
import type { EventFilter } from './event-filter.ts';
import { parseFilteredQuery } from './filter-query.ts';

function filterOf(query: Record<string, unknown>): EventFilter {
  return parseFilteredQuery({}, query).filter;
}

function problemsOf(query: Record<string, unknown>): readonly QueryProblem[] {
  try {
    filterOf(query);
  } catch (error) {
    if (isInvalidQueryError(error)) return error.problems;
    throw error;
  }
  throw new Error('not rejected');
}

describe('parseFilteredQuery', () => {
  test('parses prefixes of types as a set, in addition to types', () => {
    expect(filterOf({ 'event_type[prefix]': 'log' }).event_type_prefix).toEqual(['log']);
    expect(filterOf({ 'event_type[prefix]': ['b', 'a', 'b'] }).event_type_prefix).toEqual(['a', 'b']);
    const both = filterOf({ event_type: 'x', 'event_type[prefix]': '%_\\' });
    expect(both).toMatchObject({ event_type: ['x'], event_type_prefix: ['%_\\'] });
  });

  test.each([
    '',
    'x'.repeat(256),
    'a\n',
    '\ud83d',
    5,
    null,
    {},
    [],
    ['a', ''],
    Array.from({ length: 101 }, (_, index) => `type${index}`),
  ])('rejects a prefix that no type can have (%#)', (value) => {
    expect(problemsOf({ 'event_type[prefix]': value })).toEqual([
      { parameter: 'event_type[prefix]', code: 'invalid_event_type', detail: expect.stringMatching(/^expected /) },
    ]);
  });

  test('parses texts to search for as a set', () => {
    expect(filterOf({ q: 'a b' }).q).toEqual(['a b']);
    expect(filterOf({ q: ['b', 'a', 'b'] }).q).toEqual(['a', 'b']);
    expect(filterOf({ q: '"42"' }).q).toEqual(['"42"']);
    expect(filterOf({ q: '😀'.repeat(1_000) }).q).toHaveLength(1);
    expect(filterOf({}).q).toBeUndefined();
  });

  test.each([
    '',
    'x'.repeat(1_001),
    'a\0',
    '\ud83d',
    5,
    null,
    {},
    [],
    ['a', ''],
    Array.from({ length: 21 }, (_, index) => `text${index}`),
  ])('rejects a text that cannot be searched for (%#)', (value) => {
    expect(problemsOf({ q: value })).toEqual([
      { parameter: 'q', code: 'invalid_q', detail: expect.stringMatching(/^expected /) },
    ]);
  });

  test('parses a date as start and end as the whole day in UTC', () => {
    expect(filterOf({ start: '2025-05-01', end: '2025-05-01' })).toMatchObject({
      start: epochNanosecondsOf('2025-05-01T00:00:00Z'),
      end: epochNanosecondsOf('2025-05-01T23:59:59.999999999Z'),
    });
  });

  test('rejects a start after the end, and names both', () => {
    const [start, end] = ['2025-01-03T00:00:00Z', '2025-01-01'];
    expect(problemsOf({ start, end })).toEqual([
      { parameter: 'start', code: 'start_after_end', detail: '2025-01-03T00:00:00Z is after end, 2025-01-01' },
    ]);
    expect(filterOf({ start: end, end: start })).toBeDefined();
  });

  test('parses payload filters', () => {
    expect(filterOf({ 'payload.a': 'x' }).payload).toEqual([{ path: ['a'], op: 'in', operands: ['x'] }]);
    const { payload } = filterOf({ 'payload.a': ['x', 'y'], 'payload.b[exists]': 'false' });
    expect(payload).toHaveLength(3);
    expect(payload).toEqual(
      expect.arrayContaining([
        { path: ['a'], op: 'in', operands: ['x'] },
        { path: ['a'], op: 'in', operands: ['y'] },
        { path: ['b'], op: 'exists', operand: false },
      ]),
    );
  });

  test('returns no payload conditions for a query without payload filters', () => {
    expect(filterOf({}).payload).toBeUndefined();
    expect(filterOf({ 'payload.a': undefined }).payload).toBeUndefined();
  });

  test('returns the same result for filters in another order', () => {
    const one = filterOf({ 'payload.a': ['x', 'y'], 'payload.b': 'z' });
    const other = filterOf({ 'payload.b': 'z', 'payload.a': ['y', 'x'] });
    expect(one).toEqual(other);
  });

  test('does not change the given lists', () => {
    const values = Object.freeze(['y', 'x']);
    filterOf({ 'payload.a': values, 'event_type[prefix]': values });
    expect(values).toEqual(['y', 'x']);
  });

  test.each([5, true, null, {}, Number.NaN, 10n, Symbol('x'), () => 'x', [5], [null], [['x']]])(
    'rejects a value that is not text (%#)',
    (value) => {
      expect(problemsOf({ 'payload.a': value })).toEqual([
        { parameter: 'payload.a', code: 'invalid_filter', detail: 'expected a string' },
      ]);
    },
  );

  test('rejects an empty list of values, which would match every event', () => {
    expect(problemsOf({ 'payload.a[in]': [] })).toEqual([
      { parameter: 'payload.a[in]', code: 'invalid_filter', detail: 'expected at least one value' },
    ]);
  });

  test('reports every invalid filter and its place', () => {
    const problems = problemsOf({
      'payload.': '1',
      'payload.a': ['fine', '"', 'fine', '"'],
      'payload.b[exists]': 'maybe',
      'payload.c': 'fine',
      'payload.d[like]': '1',
      start: 'x',
    });
    expect(problems.map(({ parameter, code }) => `${parameter} ${code}`)).toEqual([
      'start invalid_start',
      'payload. invalid_filter',
      'payload.a invalid_filter',
      'payload.a invalid_filter',
      'payload.b[exists] invalid_filter',
      'payload.d[like] invalid_filter',
    ]);
    expect(problems[1]?.detail).toBe('expected a name at character 8');
  });

  test('shortens long names and never repeats a value', () => {
    const [problem] = problemsOf({ [`payload.${'x'.repeat(10_000)}`]: '1' });
    expect(problem?.parameter).toBe(`payload.${'x'.repeat(92)}…`);
    const [other] = problemsOf({ 'payload.a': `"${'secret'.repeat(100)}` });
    expect(JSON.stringify(other)).not.toContain('secret');
    const [cut] = problemsOf({ [`payload.${'😀'.repeat(100)}[x]`]: '1' });
    expect(cut?.parameter.isWellFormed()).toBe(true);
  });

  test('accepts at most 20 payload filters', () => {
    const values = Array.from({ length: 20 }, (_, index) => `x${index}`);
    expect(filterOf({ 'payload.a': values }).payload).toHaveLength(20);
    for (const query of [{ 'payload.a': [...values, 'y'] }, { 'payload.a': values, 'payload.b': 'y' }]) {
      expect(problemsOf(query)).toEqual([
        { parameter: 'payload', code: 'invalid_filter', detail: 'expected at most 20 payload filters' },
      ]);
    }
  });

  test.each(['payload', 'payload[gt]', 'Payload.a', ' payload.a', 'payloads.a', 'event_type[suffix]', 'event_type.a'])(
    'rejects the unknown parameter %s and lists the known ones',
    (parameter) => {
      const detail = expect.stringContaining('; expected event_type, event_type[prefix], start, end, q, payload.PATH');
      expect(problemsOf({ [parameter]: '1' })).toEqual([{ parameter, code: 'unknown_parameter', detail }]);
    },
  );
});

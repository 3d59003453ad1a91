import { describe, expect, test } from 'vitest';
import { isInvalidCursorError, isInvalidQueryError, type QueryProblem } from '../errors.ts';
import { epochNanosecondsOf } from '../event/timestamp.ts';
import { encodeCursor } from './cursor.ts';
import { cursorAfter, type EventQuery, parseEventQuery } from './event-query.ts';

/** Parses a query that the types would reject, as an HTTP shell does. */
function parseUnknown(query: object): ReturnType<typeof parseEventQuery> {
  return parseEventQuery(query as EventQuery);
}

function problemsOf(query: object): readonly QueryProblem[] {
  try {
    parseUnknown(query);
  } catch (error) {
    if (isInvalidQueryError(error)) return error.problems;
    throw error;
  }
  throw new Error('not rejected');
}

function codesOf(query: object): string[] {
  return problemsOf(query).map(({ parameter, code }) => `${parameter} ${code}`);
}

describe('parseEventQuery', () => {
  test('parses an empty query as all events, the oldest first', () => {
    const all = { filter: {}, order: 'asc', limit: undefined, after: undefined };
    expect(parseEventQuery({})).toEqual(all);
    const absent = { event_type: undefined, start: undefined, end: undefined, limit: undefined, cursor: undefined };
    expect(parseEventQuery({ ...absent, order: undefined })).toEqual(all);
  });

  test('parses every parameter', () => {
    const query: EventQuery = {
      event_type: 'login',
      'event_type[prefix]': ['log', 'order.'],
      'payload.user.id': '42',
      'payload.amount[gte]': '10',
      start: '2025-01-01T14:00:00+02:00',
      end: '2025-01-01T12:00:00.000000001Z',
      order: 'desc',
      limit: 10,
    };
    expect(parseEventQuery(query)).toEqual({
      filter: {
        event_type: ['login'],
        event_type_prefix: ['log', 'order.'],
        start: epochNanosecondsOf('2025-01-01T12:00:00Z'),
        end: epochNanosecondsOf('2025-01-01T12:00:00.000000001Z'),
        payload: [
          { path: ['amount'], op: 'gte', operand: 10 },
          { path: ['user', 'id'], op: 'in', operands: [42, '42'] },
        ],
      },
      order: 'desc',
      limit: 10,
      after: undefined,
    });
  });

  test('parses several types as a set', () => {
    expect(parseEventQuery({ event_type: ['b', 'a', 'b'] }).filter.event_type).toEqual(['a', 'b']);
    expect(parseEventQuery({ event_type: 'b,a' }).filter.event_type).toEqual(['b,a']);
  });

  test('does not change the given list of types', () => {
    const event_type = Object.freeze(['b', 'a']);
    parseEventQuery({ event_type });
    expect(event_type).toEqual(['b', 'a']);
  });

  test.each([
    ['limit', 1],
    ['limit', 10_000],
    ['order', 'asc'],
    ['order', 'desc'],
    ['event_type', 'a'],
    ['event_type', 'a'.repeat(255)],
    ['event_type', '😀'.repeat(255)],
    ['event_type', `'; drop table events; -- %_\\`],
    ['event_type', Array.from({ length: 100 }, (_, index) => `type${index}`)],
    ['event_type', Array.from({ length: 1_000 }, (_, index) => `type${index % 100}`)],
    ['start', '1900-01-01T00:00:00Z'],
    ['end', '2262-04-11T23:47:16.854775807Z'],
  ])('accepts %s at its limits (%#)', (parameter, value) => {
    expect(() => parseUnknown({ [parameter]: value })).not.toThrow();
  });

  test.each([
    ['limit', 0],
    ['limit', -1],
    ['limit', 10_001],
    ['limit', 1e9],
    ['limit', 1.5],
    ['limit', -0.5],
    ['limit', Number.NaN],
    ['limit', Number.POSITIVE_INFINITY],
    ['limit', '10'],
    ['limit', null],
    ['limit', [10]],
    ['order', 'ASC'],
    ['order', 'ascending'],
    ['order', ''],
    ['order', null],
    ['event_type', ''],
    ['event_type', 'a'.repeat(256)],
    ['event_type', 'x'.repeat(10_000)],
    ['event_type', 'a\nb'],
    ['event_type', '\ud800'],
    ['event_type', 5],
    ['event_type', null],
    ['event_type', []],
    ['event_type', ['a', '']],
    ['event_type', ['a', 5]],
    ['event_type', Array.from({ length: 101 }, (_, index) => `type${index}`)],
    ['start', '2025-02-29'],
    ['start', '2025-01-01T12:00:00'],
    ['start', '2025-01-01T12:00:00 02:00'],
    ['start', '1899-12-31T23:59:59.999999999Z'],
    ['start', 1735732800000],
    ['start', new Date(0)],
    ['start', ''],
    ['start', null],
    ['end', '2025-02-30T12:00:00Z'],
    ['end', '2262-04-11T23:47:16.854775808Z'],
    ['end', 0],
    ['cursor', 5],
    ['cursor', null],
  ])('reports an invalid %s once (%#)', (parameter, value) => {
    expect(problemsOf({ [parameter]: value })).toEqual([
      { parameter, code: `invalid_${parameter}`, detail: expect.stringMatching(/^expected /) },
    ]);
  });

  test('reports all problems, unknown parameters first', () => {
    const query = {
      event_type: '',
      start: 'x',
      end: 5,
      order: 'up',
      limit: 0,
      cursor: 1,
      'payload.a[like]': 'x',
      ORDER: 'asc',
      page: 2,
    };
    const known = ['event_type', 'start', 'end', 'order', 'limit', 'cursor'];
    expect(codesOf(query)).toEqual([
      'ORDER unknown_parameter',
      'page unknown_parameter',
      ...known.map((parameter) => `${parameter} invalid_${parameter}`),
      'payload.a[like] invalid_filter',
    ]);
  });

  test.each([
    'offset',
    'Limit',
    'event_type[suffix]',
    'payload',
    'payload[gt]',
    'constructor',
    'toString',
    '__proto__',
    '',
  ])('rejects the unknown parameter %o and lists the known ones', (parameter) => {
    expect(problemsOf(JSON.parse(`{${JSON.stringify(parameter)}:"1"}`))).toEqual([
      {
        parameter,
        code: 'unknown_parameter',
        detail: expect.stringContaining(
          'event_type, event_type[prefix], start, end, q, order, limit, cursor, payload.PATH',
        ),
      },
    ]);
  });

  test('accepts a cursor of the same filters and order in another notation', () => {
    const after = { epochNanoseconds: 5n, id: '017f22e2-79b0-7cc3-98c4-dc0c0c07398f' };
    const { filter, order } = parseEventQuery({
      event_type: ['a', 'b'],
      start: '2025-01-01T12:00:00Z',
      'payload.a': ['1', '2'],
      'payload.b': '3',
    });
    const cursor = encodeCursor(after, filter, order);
    const again: EventQuery = {
      'payload."b"': '3',
      'payload.a': ['2', '1'],
      event_type: ['b', 'a', 'a'],
      start: '2025-01-01t13:00:00.0+01:00',
      order: 'asc',
      cursor,
    };
    expect(parseEventQuery(again).after).toEqual(after);
    expect(parseEventQuery({ ...again, limit: 7 }).after).toEqual(after);
  });

  test('rejects a cursor that is damaged or belongs to another query', () => {
    const after = { epochNanoseconds: 5n, id: '017f22e2-79b0-7cc3-98c4-dc0c0c07398f' };
    const cursor = encodeCursor(after, {}, 'asc');
    for (const query of [
      { cursor: '' },
      { cursor: 'x'.repeat(10_000) },
      { cursor: cursor.slice(1) },
      { cursor, order: 'desc' },
      { cursor, event_type: 'a' },
      { cursor, start: '2025-01-01T12:00:00Z' },
      { cursor, 'event_type[prefix]': 'a' },
      { cursor, 'payload.a': '1' },
    ]) {
      expect(() => parseUnknown(query)).toThrow(expect.toSatisfy(isInvalidCursorError));
    }
  });

  test('reports invalid parameters before an invalid cursor', () => {
    expect(codesOf({ cursor: 'damaged', limit: 0 })).toEqual(['limit invalid_limit']);
  });
});

test('cursorAfter returns the cursor with which a query continues after an event', () => {
  const event = {
    id: '017f22e2-79b0-7cc3-98c4-dc0c0c07398f',
    event_type: 'login',
    timestamp: '2025-01-01T12:00:00.000000001Z',
    payload: {},
  };
  const query: EventQuery = { event_type: 'login', order: 'desc', limit: 5, start: '2025-01-01' };
  const { after } = parseEventQuery({ ...query, cursor: cursorAfter(event, query) });
  expect(after).toEqual({ epochNanoseconds: epochNanosecondsOf(event.timestamp), id: event.id });
});

import { describe, expect, test } from 'vitest';
import { isInvalidQueryError, type QueryProblem } from '../errors.ts';
import { epochNanosecondsOf } from '../event/timestamp.ts';
import { type ParsedStatsQuery, parseStatsQuery, type StatsQuery } from './stats-query.ts';

/** Parses a query that the types would reject, as an HTTP shell does. */
function parseUnknown(query: object): ParsedStatsQuery {
  return parseStatsQuery(query as StatsQuery);
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

describe('parseStatsQuery', () => {
  test('parses an empty query as the number of all events', () => {
    const { timeZone, ...rest } = parseStatsQuery({});
    expect(rest).toEqual({ filter: {}, metric: { kind: 'count' }, interval: undefined, groupBy: undefined, top: 10 });
    expect(timeZone.offsetAt(Date.parse('2025-07-01'))).toBe(0);
  });

  test('parses every parameter, and the filters', () => {
    const { timeZone, ...rest } = parseStatsQuery({
      metric: 'sum:payload.lines.price',
      interval: '1d',
      time_zone: 'Europe/Paris',
      group_by: 'event_type',
      top: 5,
      event_type: 'order',
      'event_type[prefix]': 'order.',
      start: '2025-01-01T00:00:00Z',
      'payload.plan': 'pro',
    });
    expect(rest).toEqual({
      filter: {
        event_type: ['order'],
        event_type_prefix: ['order.'],
        start: epochNanosecondsOf('2025-01-01T00:00:00Z'),
        payload: [{ path: ['plan'], op: 'in', operands: ['pro'] }],
      },
      metric: { kind: 'sum', path: ['lines', 'price'] },
      interval: '1d',
      groupBy: 'event_type',
      top: 5,
    });
    expect(timeZone.offsetAt(Date.parse('2025-07-01'))).toBe(7_200_000);
  });

  test('parses a date as the day of the time zone, also when clocks change', () => {
    const day = { start: '2025-10-26', end: '2025-10-26' };
    expect(parseStatsQuery({ ...day, time_zone: 'Europe/Paris' }).filter).toMatchObject({
      start: epochNanosecondsOf('2025-10-25T22:00:00Z'),
      end: epochNanosecondsOf('2025-10-26T22:59:59.999999999Z'),
    });
    expect(parseStatsQuery(day).filter).toMatchObject({ start: epochNanosecondsOf('2025-10-26T00:00:00Z') });
  });

  test.each([
    ['unique:payload.user', { kind: 'unique', path: ['user'] }],
    ['avg:payload."a.b".c', { kind: 'avg', path: ['a.b', 'c'] }],
    ['min:payload.payload', { kind: 'min', path: ['payload'] }],
    ['p50:payload.a', { kind: 'p50', path: ['a'] }],
    ['p99:payload."p99:".b', { kind: 'p99', path: ['p99:', 'b'] }],
    ['max:payload."max:"', { kind: 'max', path: ['max:'] }],
  ])('parses the metric %s', (metric, expected) => {
    expect(parseStatsQuery({ metric }).metric).toEqual(expected);
  });

  test.each([
    ['payload.country', ['country']],
    ['payload."event_type"', ['event_type']],
    ['payload.event_type', ['event_type']],
  ])('parses the groups %s', (group_by, expected) => {
    expect(parseStatsQuery({ group_by }).groupBy).toEqual(expected);
  });

  test.each([
    ['metric', ''],
    ['metric', 'COUNT'],
    ['metric', 'count:payload.v'],
    ['metric', 'median:payload.v'],
    ['metric', 'p75:payload.v'],
    ['metric', 'p50'],
    ['metric', 'sum'],
    ['metric', 'sum:'],
    ['metric', 'sum:v'],
    ['metric', 'sum:payload'],
    ['metric', 'sum:payload.'],
    ['metric', 'sum:payload.a..b'],
    ['metric', 'sum:payload.a[0]'],
    ['metric', 'sum:payload.a[gt]'],
    ['metric', `sum:payload.${'x'.repeat(10_000)}`],
    ['metric', 'first'],
    ['metric', 5],
    ['metric', ['count']],
    ['metric', null],
    ['interval', '7x'],
    ['interval', '1M '],
    ['interval', '2y'],
    ['interval', ''],
    ['interval', 60],
    ['time_zone', 'Mars/Base'],
    ['time_zone', '+02:00'],
    ['time_zone', 'BST'],
    ['time_zone', ''],
    ['time_zone', 2],
    ['group_by', 'id'],
    ['group_by', 'timestamp'],
    ['group_by', 'payload'],
    ['group_by', 'payload.'],
    ['group_by', 'payload.a[gt]'],
    ['group_by', ''],
    ['group_by', 5],
    ['group_by', ['event_type']],
    ['top', 0],
    ['top', -1],
    ['top', 101],
    ['top', 1.5],
    ['top', Number.NaN],
    ['top', '10'],
  ])('reports %s once if it is %j', (parameter, value) => {
    expect(problemsOf({ [parameter]: value })).toEqual([
      { parameter, code: `invalid_${parameter}`, detail: expect.stringMatching(/^expected /) },
    ]);
  });

  test('names the character at which a path is invalid', () => {
    expect(problemsOf({ metric: 'sum:payload.a..b' })[0]?.detail).toContain('character 14');
    expect(problemsOf({ group_by: 'payload.a[0]' })[0]?.detail).toContain('character 9');
  });

  test('reports all invalid and unknown parameters, also among the filters', () => {
    const query = { metric: 'x', interval: 'x', time_zone: 'x', group_by: 'x', top: 0, start: 'x', limit: 5 };
    const parameters = problemsOf(query).map(({ parameter }) => parameter);
    expect(parameters.sort()).toEqual(Object.keys(query).sort());
  });

  test.each(['limit', 'cursor', 'order', 'constructor', 'toString', ''])(
    'rejects the unknown parameter %o and lists the known ones',
    (parameter) => {
      expect(problemsOf({ [parameter]: '1' })).toEqual([
        {
          parameter,
          code: 'unknown_parameter',
          detail: expect.stringContaining('metric, interval, time_zone, group_by, top'),
        },
      ]);
    },
  );
});

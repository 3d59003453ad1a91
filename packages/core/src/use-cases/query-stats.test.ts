import { describe, expect, test } from 'vitest';
import { cpuMs } from '../../test/cpu-time.ts';
import { createStubEventStore } from '../../test/stub-event-store.ts';
import { isInvalidQueryError, isTooManyCellsError } from '../errors.ts';
import type { Event, JsonObject } from '../event/event.ts';
import type { StatsQuery } from '../stats/stats-query.ts';
import type { StatsRow } from '../stats/stats-rows.ts';
import { appendBatch } from '../store/append-batch.ts';
import { queryStats } from './query-stats.ts';

let ids = 0;

function eventOf(timestamp: string, payload: JsonObject = {}, event_type = 'order'): Event {
  return { id: `017f22e2-79b0-7cc3-98c4-${String(ids++).padStart(12, '0')}`, event_type, timestamp, payload };
}

/** The day on which clocks in Europe go forward. */
const ORDERS = [
  eventOf('2025-03-29T23:30:00Z', { user: 'ann', amount: 10 }),
  eventOf('2025-03-30T00:10:00Z', { user: 'bob', amount: 20 }),
  eventOf('2025-03-30T03:10:00Z', { user: 'ann', amount: 2.5 }, 'refund'),
];

function rowsOf(query: StatsQuery, events: readonly Event[] = ORDERS): Promise<readonly StatsRow[]> {
  return queryStats({ store: createStubEventStore(events) }, query);
}

/** Returns rows, each as text. */
async function linesOf(query: StatsQuery, events?: readonly Event[]): Promise<string[]> {
  const rows = await rowsOf(query, events);
  return rows.map(
    ({ bucket, group, value, other }) => `${bucket} ${JSON.stringify(group)} ${value}${other ? ' *' : ''}`,
  );
}

describe('queryStats', () => {
  test('counts all events in one row', async () => {
    expect(await rowsOf({})).toEqual([{ bucket: null, group: null, value: 3 }]);
  });

  test.each([
    ['count', 3],
    ['unique:payload.user', 2],
    ['sum:payload.amount', 32.5],
    ['avg:payload.amount', 32.5 / 3],
    ['min:payload.amount', 2.5],
    ['max:payload.amount', 20],
    ['sum:payload.nothing', 0],
    ['max:payload.nothing', null],
  ])('computes %s', async (metric, value) => {
    expect(await rowsOf({ metric })).toEqual([{ bucket: null, group: null, value }]);
  });

  test('applies the filters', async () => {
    expect(await linesOf({ event_type: 'order', start: '2025-03-30T00:00:00Z' })).toEqual(['null null 1']);
    expect(await linesOf({ 'payload.user': 'ann', metric: 'sum:payload.amount' })).toEqual(['null null 12.5']);
  });

  test('returns one row per bucket from the first matching event to the last, including empty buckets', async () => {
    expect(await linesOf({ interval: '1h', event_type: ['order', 'refund'] })).toEqual([
      '2025-03-29T23:00:00Z null 1',
      '2025-03-30T00:00:00Z null 1',
      '2025-03-30T01:00:00Z null 0',
      '2025-03-30T02:00:00Z null 0',
      '2025-03-30T03:00:00Z null 1',
    ]);
  });

  test('finds the first and the last match of a payload filter with one aggregate', async () => {
    const store = createStubEventStore(ORDERS);
    const noPages = { ...store, query: () => Promise.reject(new Error('a page has less time')) };
    const query: StatsQuery = { interval: '1h', 'payload.user': 'ann' };
    expect(await queryStats({ store: noPages }, query)).toEqual(await queryStats({ store }, query));
    expect(await queryStats({ store: noPages }, { ...query, 'payload.user': 'none' })).toEqual([]);
    expect((await linesOf(query)).at(-1)).not.toContain(' 0');
  });

  test('returns null for empty buckets if the metric has no value', async () => {
    const query: StatsQuery = { interval: '1h', start: '2025-03-30T02:00:00Z' };
    expect(await linesOf({ ...query, metric: 'sum:payload.amount' })).toEqual([
      '2025-03-30T02:00:00Z null 0',
      '2025-03-30T03:00:00Z null 2.5',
    ]);
    expect(await linesOf({ ...query, metric: 'avg:payload.amount' })).toEqual([
      '2025-03-30T02:00:00Z null null',
      '2025-03-30T03:00:00Z null 2.5',
    ]);
  });

  test('covers the requested range, also without events', async () => {
    const query: StatsQuery = { interval: '15m', start: '2020-01-01T00:10:00Z', end: '2020-01-01T00:30:00Z' };
    const empty = ['2020-01-01T00:00:00Z null 0', '2020-01-01T00:15:00Z null 0', '2020-01-01T00:30:00Z null 0'];
    expect(await linesOf(query)).toEqual(empty);
    expect(await linesOf(query, [])).toEqual(empty);
  });

  test('begins days at local midnight, also when clocks change', async () => {
    const query: StatsQuery = { interval: '1d', time_zone: 'Europe/Paris', end: '2025-03-31T12:00:00Z' };
    expect(await linesOf(query)).toEqual(['2025-03-30T00:00:00+01:00 null 3', '2025-03-31T00:00:00+02:00 null 0']);
  });

  test('orders groups by value, then by group', async () => {
    const events = [
      ...['b', 'a', 'c', 'c'].map((user) => eventOf('2025-01-01T00:00:00Z', { user })),
      eventOf('2025-01-01T00:00:00Z'),
      eventOf('2025-01-01T00:00:00Z', { user: 7 }),
    ];
    expect(await linesOf({ group_by: 'payload.user' }, events)).toEqual([
      'null "c" 2',
      'null 7 1',
      'null "a" 1',
      'null "b" 1',
      'null null 1',
    ]);
    expect(await linesOf({ group_by: 'payload.user', metric: 'max:payload.user' }, events)).toEqual([
      'null 7 7',
      'null "a" null',
      'null "b" null',
      'null "c" null',
      'null null null',
    ]);
  });

  test('returns every group in every bucket', async () => {
    const query: StatsQuery = { interval: '1d', group_by: 'event_type', metric: 'sum:payload.amount' };
    expect(await linesOf(query)).toEqual([
      '2025-03-29T00:00:00Z "order" 10',
      '2025-03-29T00:00:00Z "refund" 0',
      '2025-03-30T00:00:00Z "order" 20',
      '2025-03-30T00:00:00Z "refund" 2.5',
    ]);
  });

  test('returns the top ten groups by default, and combines the others', async () => {
    const events = Array.from({ length: 12 }, (_, user) =>
      Array.from({ length: 12 - user }, () => eventOf('2025-01-01T00:00:00Z', { user })),
    ).flat();
    const lines = await linesOf({ group_by: 'payload.user' }, events);
    expect(lines).toEqual([...Array.from({ length: 10 }, (_, user) => `null ${user} ${12 - user}`), 'null null 3 *']);
    expect(await linesOf({ group_by: 'payload.user', top: 2 }, events)).toEqual([
      'null null 55 *',
      'null 0 12',
      'null 1 11',
    ]);
  });

  test('orders the combined others after equal values, and distinguishes them from the group null', async () => {
    const events = [{}, {}, { user: 'a' }, { user: 'b' }].map((payload) => eventOf('2025-01-01T00:00:00Z', payload));
    expect(await rowsOf({ group_by: 'payload.user', top: 2 }, events)).toEqual([
      { bucket: null, group: null, value: 2 },
      { bucket: null, group: 'a', value: 1 },
      { bucket: null, group: null, value: 1, other: true },
    ]);
  });

  test('returns one empty row if nothing matches, or none with buckets or groups', async () => {
    const nothing: StatsQuery = { event_type: 'nothing' };
    expect(await linesOf(nothing)).toEqual(['null null 0']);
    expect(await linesOf({ ...nothing, metric: 'avg:payload.amount' })).toEqual(['null null null']);
    expect(await linesOf({ ...nothing, interval: '1h' })).toEqual([]);
    expect(await linesOf({ ...nothing, interval: '1h', start: '2025-03-30T00:00:00Z' })).toEqual([]);
    expect(await linesOf({ ...nothing, group_by: 'event_type' })).toEqual([]);
    const range = { start: '2025-03-30T00:00:00Z', end: '2025-03-30T00:00:00Z' };
    expect(await linesOf({ ...nothing, ...range, interval: '1h', group_by: 'event_type' })).toEqual([]);
  });

  test('omits the bucket of a day that the time zone skipped', async () => {
    const query: StatsQuery = { interval: '1d', start: '2011-12-30', end: '2011-12-30', time_zone: 'Pacific/Apia' };
    expect(await linesOf(query)).toEqual([]);
  });

  test('does not count events that are stored outside the range in the meantime', async () => {
    const store = createStubEventStore(ORDERS);
    const growing = {
      ...store,
      aggregate: async (request: Parameters<typeof store.aggregate>[0]) => {
        await appendBatch(store, [eventOf('2026-01-01T00:00:00Z'), eventOf('2024-01-01T00:00:00Z')]);
        return store.aggregate(request);
      },
    };
    const rows = await queryStats({ store: growing }, { interval: '1d' });
    expect(rows.map(({ value }) => value)).toEqual([1, 2]);
  });

  test('rejects more than 10,000 rows', async () => {
    const start = '2025-01-01T00:00:00Z';
    expect(await rowsOf({ interval: '1m', start, end: '2025-01-07T22:39:59Z' })).toHaveLength(10_000);
    await expect(rowsOf({ interval: '1m', start, end: '2025-01-07T22:40:00Z' })).rejects.toSatisfy(isTooManyCellsError);
    const groups = { group_by: 'event_type', interval: '5m', start: '2025-03-16T00:00:00Z' } as const;
    expect(await rowsOf({ ...groups, end: '2025-04-02T08:39:59Z' })).toHaveLength(10_000);
    await expect(rowsOf({ ...groups, end: '2025-04-02T08:40:00Z' })).rejects.toSatisfy(isTooManyCellsError);
    expect(await rowsOf({ ...groups, end: '2025-04-02T08:40:00Z', event_type: 'order' })).toHaveLength(5_001);
  });

  test('reports the number, the range and the remedy if there are too many buckets', async () => {
    const store = createStubEventStore([eventOf('2020-01-01T00:00:00Z'), eventOf('2025-01-01T00:00:00.5Z')]);
    const messageOf = (query: StatsQuery): Promise<string> =>
      queryStats({ store }, query).then(
        () => 'none',
        (error: Error) => error.message,
      );
    expect(await messageOf({ interval: '1m' })).toBe(
      'about 2630881 buckets of 1m from 2020-01-01T00:00:00Z (the first match) to 2025-01-01T00:00:00.5Z (the last match) are more than 10000: set start and end, or use a longer interval',
    );
    expect(await messageOf({ interval: '1d', start: '1900-01-01T00:00:00Z', end: '2000-01-01T00:00:00Z' })).toBe(
      'about 36525 buckets of 1d from 1900-01-01T00:00:00Z to 2000-01-01T00:00:00Z are more than 10000: move start and end closer together, or use a longer interval',
    );
  });

  test('reports the number of groups if there are too many rows', async () => {
    const groups = { group_by: 'event_type', interval: '5m', start: '2025-03-16T00:00:00Z' } as const;
    await expect(rowsOf({ ...groups, end: '2025-04-02T08:40:00Z' })).rejects.toThrow(
      '10002 rows (5001 buckets times 2 groups) of 5m from 2025-03-16T00:00:00Z to 2025-04-02T08:40:00Z are more than 10000: move start and end closer together, or use a longer interval, or a smaller top',
    );
  });

  test('rejects any number of buckets before it requests a cell', async () => {
    const store = createStubEventStore(ORDERS);
    const all = { start: '1900-01-01T00:00:00Z', end: '2262-01-01T00:00:00Z' };
    const begin = cpuMs();
    for (const interval of ['1m', '1h', '1d', '1w'] as const) {
      await expect(queryStats({ store }, { ...all, interval })).rejects.toSatisfy(isTooManyCellsError);
    }
    expect(cpuMs() - begin).toBeLessThan(2_000);
    expect(store.aggregateRequests).toEqual([]);
  });

  test('rejects an invalid query without a call of the store', async () => {
    const store = createStubEventStore(ORDERS);
    await expect(queryStats({ store }, { metric: 'median:payload.amount' })).rejects.toSatisfy(isInvalidQueryError);
    expect([...store.pageRequests, ...store.aggregateRequests]).toEqual([]);
  });
});

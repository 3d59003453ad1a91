import type { Event } from '@event-tracker/core';
import {
  type AggregateRequest,
  aggregateEvents,
  appendBatch,
  type EventStorePort,
  epochNanosecondsOf,
  formatTimestamp,
  type PageRequest,
} from '@event-tracker/core/store';
import { byEffort, describeEventStore } from '@event-tracker/event-store-conformance';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findCluster } from './engine.ts';
import { anEvent, newDatabase } from './events.ts';

const cluster = await findCluster();

/** The suite takes as long with one shard as without, so both run only in the longest run. */
const IS_LONG = byEffort({ quick: false, full: false, long: true });
const NOON = epochNanosecondsOf('2025-01-01T12:00:00Z');

describe.skipIf(!cluster || !IS_LONG)('with a cluster of one shard', () => {
  describeEventStore('ClickHouse event store on a cluster', {
    open: (place) => {
      if (!cluster) throw new Error('no engine');
      return cluster.open(place);
    },
    delete: (place) => cluster?.drop(place),
  });
});

describe.skipIf(!cluster)('a cluster of one shard', () => {
  const database = newDatabase();
  const stored = Array.from({ length: 300 }, (_, n) =>
    anEvent({
      event_type: `type ${n % 7}`,
      timestamp: formatTimestamp(NOON + BigInt(n % 50) * 60_000_000_000n),
      payload: { n, group: [`g${n % 3}`, [n % 5]] },
    }),
  );
  let store: EventStorePort;

  beforeAll(async () => {
    if (cluster) store = await cluster.open(database);
    await appendBatch(store, stored);
  });
  afterAll(async () => {
    await store.close();
    await cluster?.drop(database);
  });

  test('declares best effort for batches', () => {
    expect(store.guarantees).toMatchObject({ durability: 'disk', conflicts: 'best effort', batches: 'best effort' });
  });

  test('is rejected if a shard does not have the replicas of the quorum', async () => {
    const opening = cluster?.open(database, { url: `clickhouse://in-process/${database}?cluster=one&quorum=auto` });
    await expect(opening).rejects.toThrow(/quorum requires at least 2 replicas of each shard, found 1$/);
  });

  test('reads and writes through the distributed tables', async () => {
    const tables = await cluster?.query<{ name: string; engine: string }>(
      `SELECT name, engine FROM system.tables WHERE database = '${database}'`,
    );
    expect(new Map(tables?.map(({ name, engine }) => [name, engine]))).toEqual(
      new Map([
        ['events', 'Distributed'],
        ['event_ids', 'Distributed'],
        ['events_local', 'ReplacingMergeTree'],
        ['event_ids_local', 'ReplacingMergeTree'],
        ['migrations', 'ReplacingMergeTree'],
        ['identity', 'View'],
      ]),
    );
  });

  test('finds duplicates and conflicts', async () => {
    const [event] = stored;
    if (!event) return;
    expect(await store.get(event.id)).toEqual(event);
    expect(await appendBatch(store, [event])).toEqual([{ event, stored: false }]);
    await expect(appendBatch(store, [{ ...event, payload: {} }])).rejects.toMatchObject({
      code: 'event_id_conflict',
      ids: [event.id],
    });
  });

  test('returns all events, page by page', async () => {
    const sorted = stored.toSorted((a, b) => (`${a.timestamp} ${a.id}` < `${b.timestamp} ${b.id}` ? -1 : 1));
    for (const order of ['asc', 'desc'] as const) {
      const found: Event[] = [];
      let after: PageRequest['after'];
      for (;;) {
        const page = await store.query({ filter: {}, order, limit: 70, after });
        found.push(...page);
        const last = page.at(-1);
        if (!last || page.length < 70) break;
        after = { epochNanoseconds: epochNanosecondsOf(last.timestamp), id: last.id };
      }
      expect(found).toEqual(order === 'asc' ? sorted : sorted.toReversed());
    }
  });

  test.each<[string, Partial<AggregateRequest>]>([
    ['by bucket', { boundaries: [NOON, NOON + 600_000_000_000n, NOON + 900_000_000_001n] }],
    ['of the top types', { groupBy: 'event_type', top: 3 }],
    ['of the top values of a payload', { groupBy: ['group'], top: 4 }],
    ['that match', { filter: { payload: [{ path: ['group'], op: 'in', operands: ['g1', 4] }] }, groupBy: ['group'] }],
  ])('computes the numbers %s', async (_, options) => {
    const metrics = [{ kind: 'count' }, { kind: 'sum', path: ['n'] }, { kind: 'unique', path: ['group'] }] as const;
    const request: AggregateRequest = { filter: {}, metrics, ...options };
    const expected = await aggregateEvents((visit) => {
      for (const event of stored) {
        const { group } = event.payload;
        const matches = !request.filter.payload || JSON.stringify(group).match(/g1|\b4\b/);
        if (matches) visit(event, epochNanosecondsOf(event.timestamp));
      }
    }, request);
    const inOrder = (cells: readonly object[]) => cells.map((cell) => JSON.stringify(cell)).sort();
    expect(inOrder(await store.aggregate(request))).toEqual(inOrder(expected));
  });

  test('accepts deleted ids again', async () => {
    const event = anEvent();
    await appendBatch(store, [event]);
    expect(await store.delete([event.id])).toBe(1);
    expect(await store.get(event.id)).toBeUndefined();
    await expect(appendBatch(store, [{ ...event, payload: {} }])).resolves.toMatchObject([{ stored: true }]);
    expect(await store.delete([event.id])).toBe(1);
  });
});

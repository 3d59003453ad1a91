import { createEventTracker, isEventIdConflictError } from '@event-tracker/core';
import { type AppendResult, appendBatch, type EventStorePort } from '@event-tracker/core/store';
import { TEST_DEADLINES } from '@event-tracker/event-store-conformance';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { createPostgresEventStore } from '../src/index.ts';
import { anEvent, events } from './events.ts';
import { dropSchema, newSchema } from './schemas.ts';

const url = inject('postgresUrl') ?? '';

describe.skipIf(url === '')('several stores on one database', () => {
  const schema = newSchema();
  let stores: readonly EventStorePort[];

  beforeAll(async () => {
    stores = await Promise.all(
      [0, 1, 2].map(() => createPostgresEventStore({ url, schema, deadlines: TEST_DEADLINES })),
    );
  });
  afterAll(async () => {
    await Promise.all(stores.map((store) => store.close()));
    await dropSchema(url, schema);
  });

  test('store each of a thousand ids once in five concurrent calls, and report it to one call', async () => {
    const wanted = events(1_000);
    const calls = wanted.map((event) =>
      Promise.all(Array.from({ length: 5 }, (_, n) => appendBatch(storeAt(n), [structuredClone(event)]))),
    );
    const outcomes = await Promise.all(calls);
    for (const [index, results] of outcomes.entries()) {
      const flat = results.flat();
      expect(flat.filter(({ stored }) => stored).length, 'calls that stored it').toBe(1);
      expect(flat.map(({ event }) => event)).toEqual(flat.map(() => wanted[index]));
    }
  });

  test('append the same events in opposite order without a deadlock', async () => {
    for (let round = 0; round < 10; round++) {
      const batch = events(500);
      const results = await Promise.all([
        appendBatch(storeAt(0), batch),
        appendBatch(storeAt(1), batch.toReversed()),
        appendBatch(storeAt(2), batch),
      ]);
      expect(results.map(countStored).reduce((sum, count) => sum + count)).toBe(500);
    }
  });

  test('store one of several contents for an id, and nothing of the other batches', async () => {
    for (let round = 0; round < 30; round++) {
      const contested = anEvent();
      const batches = stores.map((_, n) => [...events(10), { ...contested, payload: { n } }]);
      const outcomes = await Promise.allSettled(batches.map((batch, n) => appendBatch(storeAt(n), batch)));
      const lost = outcomes.flatMap((outcome, n) => (outcome.status === 'rejected' ? [{ outcome, n }] : []));
      expect(lost.length).toBe(stores.length - 1);
      for (const { outcome, n } of lost) {
        expect(isEventIdConflictError(outcome.reason) && outcome.reason.ids).toEqual([contested.id]);
        expect(await Promise.all((batches[n] ?? []).slice(0, 10).map(({ id }) => storeAt(0).get(id)))).toEqual(
          Array(10).fill(undefined),
        );
      }
    }
  });

  test('delete each event once, in any order', async () => {
    for (let round = 0; round < 10; round++) {
      const batch = events(300);
      await appendBatch(storeAt(0), batch);
      const ids = batch.map(({ id }) => id);
      const counts = await Promise.all([
        storeAt(0).delete(ids),
        storeAt(1).delete(ids.toReversed()),
        storeAt(2).delete(ids),
        appendBatch(storeAt(2), batch.toReversed()).then(() => 0),
      ]);
      const deleted = counts.reduce((sum, count) => sum + count, 0);
      const left = (await Promise.all(ids.map((id) => storeAt(1).get(id)))).filter((event) => event !== undefined);
      // The append can store some events again, before or after another deletion.
      expect(deleted).toBeGreaterThanOrEqual(300);
      expect(deleted + left.length).toBeLessThanOrEqual(600);
      await storeAt(0).delete(ids);
    }
  });

  test('delete each expired event once', async () => {
    const old = events(500).map((event) => ({ ...event, event_type: 'expired', timestamp: '2020-01-01T00:00:00Z' }));
    await appendBatch(storeAt(0), old);
    const retention = [{ event_type: ['expired'], days: 30 }];
    const counts = await Promise.all(stores.map((store) => createEventTracker({ store, retention }).deleteExpired()));
    expect(counts.reduce((sum, count) => sum + count)).toBe(500);
    expect(await storeAt(1).query({ filter: { event_type: ['expired'] }, order: 'asc', limit: 1 })).toEqual([]);
  });

  test('read events that another store has acknowledged', async () => {
    for (let round = 0; round < 20; round++) {
      const event = anEvent();
      await appendBatch(storeAt(0), [event]);
      expect(await storeAt(1).get(event.id)).toEqual(event);
    }
  });

  function storeAt(n: number): EventStorePort {
    const store = stores[n % stores.length];
    if (!store) throw new Error('no store');
    return store;
  }
});

function countStored(results: readonly AppendResult[]): number {
  return results.filter(({ stored }) => stored).length;
}

import { join } from 'node:path';
import { createSqliteEventStore } from '@event-tracker/adapters-sqlite';
import { isStoreTimeoutError } from '@event-tracker/core';
import { appendBatch, type EventStorePort, type PageRequest } from '@event-tracker/core/store';
import { byEffort } from '@event-tracker/event-store-conformance';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { anEvent, events } from './support/events.ts';
import { useTemporaryFolder } from './support/temporary-folder.ts';

const BATCHES = byEffort({ quick: 8, full: 20, long: 20 });

/** A filter that matches no event, but requires parsing each payload. */
const FRUITLESS: PageRequest = {
  filter: { payload: [{ path: ['n'], op: 'lt', operand: 0 }] },
  order: 'asc',
  limit: 10,
};

const path = join(useTemporaryFolder(), 'events.sqlite');
let store: EventStorePort;
beforeAll(async () => {
  store = await createSqliteEventStore({ path, deadlines: { queryMs: 60_000, appendMs: 60_000 } });
  for (let batch = 0; batch < BATCHES; batch++) await appendBatch(store, events(10_000));
}, 120_000);
afterAll(() => store.close());

test('reads and appends during scans, and sees events stored meanwhile', { timeout: 120_000 }, async () => {
  let isScanning = true;
  const scans = Promise.all(Array.from({ length: 6 }, () => store.query(FRUITLESS))).finally(() => {
    isScanning = false;
  });
  for (let round = 0; round < 5; round++) {
    const event = anEvent({ event_type: `round ${round}` });
    await appendBatch(store, [event]);
    expect(await store.get(event.id)).toEqual(event);
    expect(await store.query({ filter: { event_type: [event.event_type] }, order: 'asc', limit: 1 })).toEqual([event]);
  }
  expect(isScanning, 'the scans must outlast the reads').toBe(true);
  expect(await scans).toEqual(Array.from({ length: 6 }, () => []));
});

test('ends a scan at its deadline while others continue', { timeout: 60_000 }, async () => {
  await store.close();
  store = await createSqliteEventStore({ path, deadlines: { queryMs: 30, aggregateMs: 10 } });
  const scans = Array.from({ length: 10 }, () => store.query(FRUITLESS));
  for (const outcome of await Promise.allSettled(scans))
    expect(outcome).toEqual({ status: 'rejected', reason: expect.toSatisfy(isStoreTimeoutError) });
  const { filter } = FRUITLESS; // counts without a filter are read from the indexes, in less time
  await expect(store.aggregate({ filter, metrics: [{ kind: 'count' }] })).rejects.toSatisfy(isStoreTimeoutError);
  expect(await store.get('018cc251-f400-7000-8000-000000000001')).toBeUndefined();
});

import { describe, expect, test } from 'vitest';
import { createStubEventStore } from '../../test/stub-event-store.ts';
import { createStoreUnavailableError } from '../errors.ts';
import type { Event } from '../event/event.ts';
import type { RetentionRule } from '../retention/retention-rule.ts';
import { appendBatch } from '../store/append-batch.ts';
import type { EventStorePort } from '../store/event-store-port.ts';
import { createExpiredEventsDeletion } from './delete-expired-events.ts';

const DAY_MS = 86_400_000;
const NOW = Date.UTC(2025, 5, 1);
const RETENTION = [
  { event_type: ['debug'], days: 7 },
  { event_type: ['audit.debug'], days: 1 },
  { event_type_prefix: ['audit.'], days: 3_650 },
  { days: 30 },
];

let made = 0;
function anEvent(event_type: string, ageDays: number): Event {
  const timestamp = new Date(NOW - ageDays * DAY_MS).toISOString().replace('.000', '');
  return { id: `00000000-0000-7000-8000-${String(++made).padStart(12, '0')}`, event_type, timestamp, payload: {} };
}

function agesOf(events: readonly Event[]) {
  return events.map(({ event_type, timestamp }) => [event_type, (NOW - Date.parse(timestamp)) / DAY_MS]);
}

/** Returns the deletion of expired events of a store, with a clock that the test sets. */
function setUp(store: EventStorePort, retention: readonly RetentionRule[] = RETENTION) {
  let now = NOW;
  const deleteExpired = createExpiredEventsDeletion({ store, clock: () => now, retention });
  return { deleteExpired, passDays: (days: number) => (now += days * DAY_MS) };
}

describe('createExpiredEventsDeletion', () => {
  test('deletes events older than the first matching rule keeps', async () => {
    const kept = [
      anEvent('debug', 7),
      anEvent('debug', -1_000),
      anEvent('audit.debug', 1),
      anEvent('audit.login', 3_650),
      anEvent('audit.', 100),
      anEvent('other', 30),
      anEvent('debugging', 30),
    ];
    const expired = [
      anEvent('debug', 7.001),
      anEvent('audit.debug', 2),
      anEvent('audit.login', 3_651),
      anEvent('other', 31),
      anEvent('audit', 31),
      anEvent('other', 20_000),
    ];
    const store = createStubEventStore([...kept, ...expired]);
    const { deleteExpired } = setUp(store);
    expect(await deleteExpired()).toBe(expired.length);
    expect(agesOf(store.stored())).toEqual(agesOf(kept));
    expect(await deleteExpired()).toBe(0);
  });

  test('deletes newly expired events, without reading earlier ones again', async () => {
    const store = createStubEventStore([
      ...Array.from({ length: 500 }, (_, n) => anEvent('audit.login', 40 + n)),
      anEvent('other', 29.8),
      anEvent('other', 29.5),
    ]);
    const { deleteExpired, passDays } = setUp(store);
    expect(await deleteExpired()).toBe(0);
    const pages = store.pageRequests.length;
    passDays(0.3);
    expect(await deleteExpired()).toBe(1);
    expect(store.pageRequests.length - pages).toBe(RETENTION.length);
    passDays(0.3);
    expect(await deleteExpired()).toBe(1);
    expect(store.stored()).toHaveLength(500);
  });

  test('does not query a store for events older than any event can be', async () => {
    const first = { ...anEvent('other', 0), timestamp: '1900-01-01T00:00:00Z' };
    const store = createStubEventStore([first]);
    const days = (NOW - Date.parse(first.timestamp)) / DAY_MS;
    expect(await setUp(store, [{ days }, { days: days + 1 }, { days: 132_313 }]).deleteExpired()).toBe(0);
    expect(store.pageRequests).toEqual([]);
    expect(await setUp(store, [{ days: days - 1 }]).deleteExpired()).toBe(1);
  });

  test('checks all events once a day, for those added by another server or a restore', async () => {
    const store = createStubEventStore();
    const { deleteExpired, passDays } = setUp(store);
    await deleteExpired();
    await appendBatch(store, [anEvent('other', 400)]);
    passDays(0.99);
    expect(await deleteExpired()).toBe(0);
    passDays(0.01);
    expect(await deleteExpired()).toBe(1);
    await appendBatch(store, [anEvent('other', 400)]);
    expect(await deleteExpired()).toBe(0);
    passDays(1);
    expect(await deleteExpired()).toBe(1);
  });

  test('deletes events that arrive up to an hour late', async () => {
    const store = createStubEventStore();
    const { deleteExpired } = setUp(store);
    await deleteExpired();
    await appendBatch(store, [anEvent('other', 30 + 0.9 / 24)]);
    expect(await deleteExpired()).toBe(1);
  });

  test('deletes at most a hundred events in a step', async () => {
    const store = createStubEventStore(Array.from({ length: 3_000 }, (_, n) => anEvent('other', 31 + n)));
    expect(await setUp(store).deleteExpired()).toBe(3_000);
    expect(Math.max(...store.deletions.map((ids) => ids.length))).toBe(100);
  });

  test('rejects if the store fails, and deletes the rest in the next call', async () => {
    const store = createStubEventStore(Array.from({ length: 200 }, (_, n) => anEvent('other', 31 + n)));
    const unavailable = createStoreUnavailableError('away');
    let calls = 0;
    const { deleteExpired } = setUp({
      ...store,
      delete: (ids) => (++calls === 2 ? Promise.reject(unavailable) : store.delete(ids)),
    });
    await expect(deleteExpired()).rejects.toBe(unavailable);
    expect(await deleteExpired()).toBe(200 - 16);
    expect(store.stored()).toEqual([]);
  });

  test('deletes nothing without rules', async () => {
    const store = createStubEventStore([anEvent('other', 40_000)]);
    const deleteExpired = createExpiredEventsDeletion({ store, clock: () => NOW, retention: [] });
    expect(await deleteExpired()).toBe(0);
    expect(store.pageRequests).toEqual([]);
  });
});

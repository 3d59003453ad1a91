import { describe, expect, test } from 'vitest';
import { createStubEventStore } from '../test/stub-event-store.ts';
import * as core from './index.ts';
import { createEventTracker, type Event, type NewEvent } from './index.ts';
import { DEFAULT_LIMITS } from './schemas/index.ts';
import { createStoreUnavailableError } from './store/index.ts';

const ID = '017f22e2-79b0-7cc3-98c4-dc0c0c07398f';

function loginOf(user: number, minute: number): NewEvent {
  return { event_type: 'login', timestamp: `2025-01-01T12:${minute}:00Z`, payload: { user } };
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const collected: T[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}

describe('createEventTracker', () => {
  test('returns every event that was submitted', async () => {
    const tracker = createEventTracker({ store: createStubEventStore() });
    const first = await tracker.submit(loginOf(1, 10));
    const [second, third] = await tracker.submitEvents([loginOf(2, 30), loginOf(3, 20)]);
    expect(first).toEqual({ id: first.id, ...loginOf(1, 10) });
    expect(await tracker.get(first.id)).toEqual(first);
    expect(await collect(tracker.query())).toEqual([first, third?.event, second?.event]);
    expect(await collect(tracker.queryPages())).toEqual([[first, third?.event, second?.event]]);
    expect(await tracker.queryPage()).toEqual({ events: [first, third?.event, second?.event] });
  });

  test('returns the id of each event of a batch, and whether it was stored', async () => {
    const tracker = createEventTracker({ store: createStubEventStore() });
    const { id } = await tracker.submit({ ...loginOf(1, 10), id: ID });
    const results = await tracker.submitAll([loginOf(2, 20), { ...loginOf(1, 10), id }]);
    const [stored] = await collect(tracker.query({ start: '2025-01-01T12:20:00Z' }));
    expect(results).toEqual([
      { id: stored?.id, stored: true },
      { id, stored: false },
    ]);
  });

  test('exposes the guarantees and the state of its store', async () => {
    const store = createStubEventStore();
    const tracker = createEventTracker({
      store: { ...store, ping: () => Promise.reject(createStoreUnavailableError('away')) },
    });
    expect(tracker.guarantees).toEqual(store.guarantees);
    await expect(tracker.ping()).rejects.toSatisfy(core.isStoreUnavailableError);
  });

  test('returns statistics of the events that were submitted', async () => {
    const tracker = createEventTracker({ store: createStubEventStore() });
    await tracker.submitAll([loginOf(1, 10), loginOf(1, 20), loginOf(2, 30)]);
    expect(await tracker.stats()).toEqual([{ bucket: null, group: null, value: 3 }]);
    expect(await tracker.stats({ metric: 'unique:payload.user', interval: '1h' })).toEqual([
      { bucket: '2025-01-01T12:00:00Z', group: null, value: 2 },
    ]);
    expect(await tracker.eventTypes()).toEqual([
      { event_type: 'login', count: 3, first: '2025-01-01T12:10:00Z', last: '2025-01-01T12:30:00Z' },
    ]);
  });

  test('returns the stored event when it is submitted again', async () => {
    const store = createStubEventStore();
    const tracker = createEventTracker({ store });
    const own = { ...loginOf(1, 10), id: ID };
    expect(await tracker.submit(own)).toBe(await tracker.submit({ ...own, id: ID.toUpperCase() }));
    expect(store.stored()).toHaveLength(1);
    await expect(tracker.submit({ ...own, event_type: 'logout' })).rejects.toSatisfy(core.isEventIdConflictError);
  });

  test('keeps events of one instant in the order of their submission', async () => {
    const tracker = createEventTracker({ store: createStubEventStore() });
    await tracker.submitAll(Array.from({ length: 100 }, (_, user) => loginOf(user, 10)));
    for (let user = 100; user < 200; user++) await tracker.submit(loginOf(user, 10));
    const found = await collect(tracker.query());
    expect(found.map(({ payload }) => payload.user)).toEqual(Array.from({ length: 200 }, (_, user) => user));
  });

  test('creates ids with the given clock', async () => {
    const tracker = createEventTracker({ store: createStubEventStore(), clock: () => 0x0123456789ab });
    expect((await tracker.submit(loginOf(1, 10))).id).toMatch(/^01234567-89ab-7/);
  });

  test('uses the given source of ids', async () => {
    const tracker = createEventTracker({ store: createStubEventStore(), newId: () => ID });
    expect((await tracker.submit(loginOf(1, 10))).id).toBe(ID);
  });

  test('accepts each limit separately', async () => {
    expect(DEFAULT_LIMITS).toEqual({ maxBatchEvents: 10_000, maxPayloadBytes: 262_144 });
    const large = { ...loginOf(1, 10), payload: { text: 'x'.repeat(262_144) } };
    const small = createEventTracker({ store: createStubEventStore(), limits: { maxBatchEvents: 1 } });
    await expect(small.submitAll([loginOf(1, 10), loginOf(2, 10)])).rejects.toSatisfy(core.isBatchTooLargeError);
    await expect(small.submit(large)).rejects.toSatisfy(core.isPayloadTooLargeError);
    const wide = createEventTracker({ store: createStubEventStore(), limits: { maxPayloadBytes: 300_000 } });
    expect((await wide.submit(large)).payload).toEqual(large.payload);
    expect(await wide.submitAll(Array.from({ length: 10_000 }, () => loginOf(1, 10)))).toHaveLength(10_000);
    await expect(wide.submitAll({ length: 10_001, [Symbol.iterator]: () => [].values() })).rejects.toSatisfy(
      core.isBatchTooLargeError,
    );
  });

  test('stops reading pages when the consumer of single events stops', async () => {
    const store = createStubEventStore();
    const tracker = createEventTracker({ store });
    await tracker.submitAll(Array.from({ length: 1_500 }, (_, user) => loginOf(user, 10)));
    const found: Event[] = [];
    for await (const event of tracker.query({ event_type: 'login' })) {
      found.push(event);
      if (found.length === 3) break;
    }
    expect(found.map(({ payload }) => payload.user)).toEqual([0, 1, 2]);
    expect(store.pageRequests).toHaveLength(1);
  });

  test('throws immediately if a query is invalid', () => {
    const tracker = createEventTracker({ store: createStubEventStore() });
    expect(() => tracker.query({ start: 'yesterday' })).toThrow(expect.toSatisfy(core.isInvalidQueryError));
    expect(() => tracker.queryPages({ limit: 0 })).toThrow(expect.toSatisfy(core.isInvalidQueryError));
  });

  test('throws if the store returns no result', async () => {
    for (const outcomes of [[], [{ results: [] }]]) {
      const store = { ...createStubEventStore(), append: async () => outcomes };
      const submitted = createEventTracker({ store }).submit(loginOf(1, 10));
      await expect(submitted).rejects.toThrow('the store did not report');
    }
  });
});

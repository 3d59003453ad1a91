import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { createStubEventStore, type StubEventStore } from '../../test/stub-event-store.ts';
import {
  createStoreUnavailableError,
  isInvalidCursorError,
  isInvalidQueryError,
  isStoreUnavailableError,
} from '../errors.ts';
import type { Event } from '../event/event.ts';
import { createEventTracker, type EventTracker } from '../event-tracker.ts';
import type { FilterQuery } from '../query/filter-query.ts';
import { appendBatch } from '../store/append-batch.ts';
import type { ArrivalRequest } from '../store/event-store-port.ts';
import type { FollowedItem } from './follow-events.ts';

function eventAt(index: number): Event {
  const id = `00000000-0000-7000-8000-${String(index).padStart(12, '0')}`;
  return {
    id,
    event_type: index % 2 === 0 ? 'login' : 'logout',
    timestamp: '2025-01-01T12:00:00Z',
    payload: { index },
  };
}

function eventsAt(first: number, last: number): Event[] {
  return Array.from({ length: last - first + 1 }, (_, n) => eventAt(first + n));
}

/** Returns a tracker, its store, and the calls of `readAfter`. */
function track(store: StubEventStore = createStubEventStore()) {
  const reads: ArrivalRequest[] = [];
  const watched: StubEventStore = {
    ...store,
    readAfter: async (request) => {
      reads.push(request);
      return store.readAfter(request);
    },
  };
  return { tracker: createEventTracker({ store: watched }), store, reads };
}

/** Reads items until a number of events have been received. */
async function take(items: AsyncIterator<FollowedItem>, count: number): Promise<FollowedItem[]> {
  const taken: FollowedItem[] = [];
  while (taken.filter(({ event }) => event).length < count) {
    const { value } = await items.next();
    taken.push(value);
  }
  return taken;
}

function indexesOf(items: readonly FollowedItem[]): unknown[] {
  return items.flatMap(({ event }) => (event ? [event.payload.index] : []));
}

async function start(tracker: EventTracker, ...args: Parameters<EventTracker['follow']>) {
  const items = tracker.follow(...args);
  const { value } = await items.next();
  return { items, first: value as FollowedItem };
}

describe('follow', () => {
  test('yields a position first, and then submitted events in order', async () => {
    const { tracker } = track();
    await tracker.submitAll(eventsAt(0, 4));
    const { items, first } = await start(tracker);
    expect(first.event).toBeUndefined();
    const next = take(items, 3);
    for (const event of eventsAt(5, 7)) await tracker.submit(event);
    expect(indexesOf(await next)).toEqual([5, 6, 7]);
  });

  test('yields events that another process stores', async () => {
    const { tracker, store } = track();
    const { items } = await start(tracker);
    await sleep(20);
    await appendBatch(store, [eventAt(1)]);
    expect(indexesOf(await take(items, 1))).toEqual([1]);
  });

  test('begins with the first event, or after any item that was received earlier', async () => {
    const { tracker } = track(createStubEventStore(eventsAt(0, 99)));
    const { items } = await start(tracker, {}, { after: 'start' });
    const all = await take(items, 100);
    expect(indexesOf(all)).toEqual(eventsAt(0, 99).map(({ payload }) => payload.index));
    for (const index of [0, 17, 98]) {
      const { items } = await start(tracker, {}, { after: all[index]?.position });
      expect(indexesOf(await take(items, 1))).toEqual([index + 1]);
    }
  });

  test('yields only matching events, and a position after others', async () => {
    const { tracker } = track(createStubEventStore(eventsAt(0, 9)));
    const { items } = await start(tracker, { event_type: 'login' }, { after: 'start' });
    expect(indexesOf(await take(items, 5))).toEqual([0, 2, 4, 6, 8]);
    const { value: passed } = await items.next();
    expect(passed?.event).toBeUndefined();
    await tracker.submitAll(eventsAt(10, 12));
    const { items: resumed } = await start(tracker, {}, { after: passed?.position });
    expect(indexesOf(await take(resumed, 3)), 'from the position on').toEqual([10, 11, 12]);
  });

  test('yields every event once to slow followers and to late ones', async () => {
    const { tracker } = track();
    const { items: fast } = await start(tracker);
    const { items: slow } = await start(tracker);
    const slowly = (async () => {
      const taken: FollowedItem[] = [];
      for (let n = 0; n < 50; n++) {
        taken.push(...(await take(slow, 20)));
        await sleep(1);
      }
      return taken;
    })();
    const quickly = take(fast, 1_000);
    for (let n = 0; n < 1_000; n += 10) await tracker.submitAll(eventsAt(n, n + 9));
    const expected = eventsAt(0, 999).map(({ payload }) => payload.index);
    expect(indexesOf(await quickly)).toEqual(expected);
    expect(indexesOf(await slowly)).toEqual(expected);
    const { items: late } = await start(tracker, {}, { after: 'start' });
    expect(indexesOf(await take(late, 1_000))).toEqual(expected);
  });

  test('does not yield events that were deleted before they were requested', async () => {
    const { tracker } = track();
    const { items } = await start(tracker);
    const { items: other } = await start(tracker);
    const both = take(other, 4);
    await tracker.submitAll(eventsAt(0, 3));
    await both;
    // The other follower has read all events into memory by now.
    await tracker.delete(eventAt(1).id);
    await tracker.delete(eventAt(2).id);
    expect(indexesOf(await take(items, 2))).toEqual([0, 3]);
  });

  test('reads the store once for all followers that keep up, and never without followers', async () => {
    const { tracker, reads } = track();
    const controller = new AbortController();
    const following = Array.from({ length: 100 }, () => tracker.follow({}, { signal: controller.signal }));
    await Promise.all(following.map((items) => items.next()));
    reads.length = 0;
    const taken = following.map((items) => take(items, 10));
    await sleep(10);
    await tracker.submitAll(eventsAt(0, 9));
    expect((await Promise.all(taken)).map(indexesOf)).toEqual(Array(100).fill([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]));
    expect(reads.length, 'reads of the store').toBeLessThan(10);
    const waiting = following.map((items) => items.next());
    controller.abort();
    await Promise.allSettled(waiting);
    reads.length = 0;
    await sleep(300);
    expect(reads).toEqual([]);
  });

  test('rejects with the reason of the signal at any wait', async () => {
    const reason = new Error('enough');
    const { tracker } = track(createStubEventStore(eventsAt(0, 9)));
    const signals = [new AbortController(), new AbortController(), new AbortController()] as const;
    const { items: waiting } = await start(tracker, {}, { signal: signals[0].signal });
    const end = expect(waiting.next()).rejects.toBe(reason);
    const { items: reading } = await start(tracker, {}, { after: 'start', signal: signals[1].signal });
    await take(reading, 3);
    for (const controller of signals) controller.abort(reason);
    await end;
    await expect(reading.next()).rejects.toBe(reason);
    await expect(tracker.follow({}, { signal: signals[2].signal }).next()).rejects.toBe(reason);
  });

  test('rejects for every follower if the store fails, and works again afterwards', async () => {
    const store = createStubEventStore();
    let isUnavailable = false;
    const { readAfter } = store;
    const failing = createEventTracker({
      store: {
        ...store,
        readAfter: async (request) => {
          if (isUnavailable) throw createStoreUnavailableError('away');
          return readAfter(request);
        },
      },
    });
    const followers = await Promise.all([1, 2, 3].map(() => start(failing)));
    const ends = followers.map(({ items }) => items.next());
    isUnavailable = true;
    for (const end of ends) await expect(end).rejects.toSatisfy(isStoreUnavailableError);
    isUnavailable = false;
    await failing.submit(eventAt(1));
    const { items } = await start(failing, {}, { after: followers[0]?.first.position });
    expect(indexesOf(await take(items, 1))).toEqual([1]);
  });

  test('rejects a query immediately, and a position with the first item', async () => {
    const { tracker } = track();
    expect(() => tracker.follow({ order: 'asc' } as FilterQuery)).toThrow(expect.toSatisfy(isInvalidQueryError));
    await expect(tracker.follow({}, { after: 'yesterday' }).next()).rejects.toSatisfy(isInvalidCursorError);
  });
});

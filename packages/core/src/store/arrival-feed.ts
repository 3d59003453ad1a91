import type { EventId } from '../event/event.ts';
import type { Sequence } from '../event/sequence.ts';
import { encodePosition } from '../query/arrival-position.ts';
import { createPortionSize } from '../query/portion-size.ts';
import { type CancelSignal, throwIfAborted, untilAborted } from '../runtime/abort.ts';
import { startTimer } from '../runtime/event-loop.ts';
import { createArrivalRing } from './arrival-ring.ts';
import type { Arrival, EventStorePort } from './event-store-port.ts';
import { createWaiters } from './waiters.ts';
import { wrapCalls } from './wrap-calls.ts';

/**
 * Provides the order of arrival to all followers of a process. While a follower waits, one poller reads new events from the
 * store. Followers that keep up share these events; a follower that is behind reads the store separately. A follower reads
 * events only when it is ready for them, so that a slow one uses no memory.
 */
export interface ArrivalFeed {
  /** Reads the next events after a sequence, if there are any. Rejects with the reason of the signal. */
  read(after: Sequence, signal: CancelSignal | undefined): Promise<FeedPage>;
  /**
   * Resolves when an event has arrived after a sequence; `read` then returns it, unless it was deleted. Rejects with the reason
   * of the signal, or with the store's error.
   */
  waitAfter(after: Sequence, signal: CancelSignal | undefined): Promise<void>;
  /** Returns the position after an event that the feed has read, as one text for all followers. */
  positionOf(arrival: Arrival): string;
  /** The store. The feed detects appends and deletions through this object immediately. */
  readonly store: EventStorePort;
}

/** Events in order of arrival. */
export interface FeedPage {
  readonly events: readonly Arrival[];
  /** The sequence up to which events have been read. */
  readonly next: Sequence;
  /** True if more events may be available. */
  readonly hasMore: boolean;
}

/** Approximate size of a page in characters of JSON. Each follower keeps one page in memory while its client is slow. */
const PAGE_LENGTH = 256 * 1024;
const MAX_PAGE_EVENTS = 1_000;
/** Delay before the store is read again if there was no new event. Other servers may write to the store. */
const POLL_MS = { exact: { min: 50, max: 250 }, delayed: { min: 1_000, max: 1_000 } };
/** Least time between two reads, so that appends in quick succession are read together. */
const MIN_GAP_MS = 5;

/** @param clock milliseconds since 1970 */
export function createArrivalFeed(store: EventStorePort, clock: () => number): ArrivalFeed {
  const { min, max } = POLL_MS[store.guarantees.following];
  const ring = createArrivalRing(clock);
  const size = createPortionSize(MAX_PAGE_EVENTS, PAGE_LENGTH);
  const positions = new WeakMap<Arrival, string>();
  const waiters = createWaiters(() => endPause?.());
  let isPolling = false;
  /** True if an append was acknowledged after the poller last began to read. */
  let hasNews = false;
  let nextReadAt = 0;
  let endPause: (() => void) | undefined;
  /** The ids of events that were deleted while the poller reads. */
  let deletedDuringRead: Set<EventId> | undefined;

  function pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        cancel();
        endPause = undefined;
        resolve();
      };
      const cancel = startTimer(end, ms);
      endPause = end;
    });
  }

  /**
   * Reads new events into the ring, and wakes the followers that wait for them.
   *
   * @returns whether there were any, and whether more may be available
   */
  async function readNews(): Promise<{ readonly isNew: boolean; readonly hasMore: boolean }> {
    const deleted = new Set<EventId>();
    deletedDuringRead = deleted;
    const limit = size.events;
    const arrivals = await store.readAfter({ after: ring.end, limit });
    deletedDuringRead = undefined;
    const last = arrivals.at(-1);
    if (!last) return { isNew: false, hasMore: false };
    const events = arrivals.map(({ event }) => event);
    const length = size.adapt(events);
    // If an event was deleted during the read, followers read the store instead.
    if (events.some(({ id }) => deleted.has(id))) ring.restart(last.sequence);
    else ring.add(arrivals, length);
    waiters.wake(ring.end);
    return { isNew: true, hasMore: events.length === limit };
  }

  async function poll(): Promise<void> {
    let idleMs = min;
    while (waiters.count > 0) {
      const gapMs = Math.min(nextReadAt - clock(), MIN_GAP_MS);
      if (gapMs > 0) {
        await pause(gapMs);
        continue;
      }
      hasNews = false;
      const begunAt = clock();
      const { isNew, hasMore } = await readNews();
      if (isNew) idleMs = min;
      nextReadAt = hasMore ? 0 : begunAt + MIN_GAP_MS;
      if (hasMore || hasNews || waiters.count === 0) continue;
      await pause(idleMs);
      idleMs = Math.min(2 * idleMs, max);
    }
  }

  async function pollWhileAwaited(): Promise<void> {
    isPolling = true;
    try {
      await poll();
    } catch (error) {
      waiters.fail(error);
    } finally {
      isPolling = false;
    }
  }

  function appended(): void {
    // If following is delayed, the events are not visible yet.
    if (store.guarantees.following === 'delayed') return;
    hasNews = true;
    endPause?.();
  }

  function deleted(ids: readonly EventId[]): void {
    for (const id of ids) deletedDuringRead?.add(id);
    if (ring.has(new Set(ids))) ring.restart(ring.end);
  }

  return {
    read: async (after, signal) => {
      throwIfAborted(signal);
      const held = ring.read(after);
      if (held) {
        const next = held.at(-1)?.sequence ?? after;
        return { events: held, next, hasMore: next < ring.end };
      }
      const decided = ring.end;
      const limit = size.events;
      const events = await untilAborted(store.readAfter({ after, limit }, { signal }), signal);
      const last = events.at(-1)?.sequence ?? after;
      const hasMore = events.length === limit;
      // If there are no more, the events of the ring after the last one have been deleted.
      return { events, next: hasMore || decided < last ? last : decided, hasMore };
    },
    waitAfter: async (after, signal) => {
      throwIfAborted(signal);
      if (ring.end > after) return;
      const news = waiters.join(after, signal);
      if (!isPolling) {
        // After a time without followers, the ring may be behind: skip to the sequence, others read the store separately.
        if (ring.end < after) ring.restart(after);
        void pollWhileAwaited();
      }
      await news;
    },
    positionOf: (arrival) => {
      const known = positions.get(arrival);
      if (known !== undefined) return known;
      const position = encodePosition(store.id, arrival.sequence);
      positions.set(arrival, position);
      return position;
    },
    store: {
      ...wrapCalls(store, (_, work) => work()),
      append: async (batches) => {
        const outcomes = await store.append(batches);
        appended();
        return outcomes;
      },
      delete: async (ids) => {
        const copied = [...ids];
        // Also after a failure, because the deletion may have taken effect.
        return store.delete(copied).finally(() => deleted(copied));
      },
    },
  };
}

import type { EventId } from '../event/event.ts';
import type { Sequence } from '../event/sequence.ts';
import { createPortionSize } from '../query/portion-size.ts';
import type { CancelSignal } from '../runtime/abort.ts';
import { startTimer } from '../runtime/event-loop.ts';
import { createArrivalRing } from './arrival-ring.ts';
import type { Arrival, EventStorePort } from './event-store-port.ts';
import { createWaiters } from './waiters.ts';
import { wrapCalls } from './wrap-calls.ts';

/**
 * The order of arrival for all followers of a process. While a follower waits, one poller reads what is new; followers that
 * keep up share what it read, and one that is behind reads the store by itself. A follower reads the next events when it is
 * ready for them, so that a slow one costs no memory.
 */
export interface ArrivalFeed {
  /** Reads the next events after a sequence, perhaps none. */
  read(after: Sequence): Promise<FeedPage>;
  /**
   * Waits until there is something after a sequence; `read` finds out whether it is still stored. Rejects with the reason of
   * the signal, or with the store's error.
   */
  waitAfter(after: Sequence, signal: CancelSignal | undefined): Promise<void>;
  /** The store; the feed sees immediately what is appended or deleted through this object. */
  readonly store: EventStorePort;
}

/** Events in the order of arrival. */
export interface FeedPage {
  readonly events: readonly Arrival[];
  /** Everything up to here has been read. */
  readonly next: Sequence;
  /** Whether there may be more already. */
  readonly hasMore: boolean;
}

/** Characters of JSON that a page should have, about: each follower holds one while its client is slow. */
const PAGE_LENGTH = 256 * 1024;
const MAX_PAGE_EVENTS = 1_000;
/** How long to wait before the store is read again, where nothing was new: other servers may write to it. */
const POLL_MS = { exact: { min: 50, max: 250 }, delayed: { min: 1_000, max: 1_000 } };
/** Appends that follow each other closely are read together. */
const MIN_GAP_MS = 5;

/** @param clock milliseconds since 1970 */
export function createArrivalFeed(store: EventStorePort, clock: () => number): ArrivalFeed {
  const { min, max } = POLL_MS[store.guarantees.following];
  const ring = createArrivalRing(clock);
  const size = createPortionSize(MAX_PAGE_EVENTS, PAGE_LENGTH);
  const waiters = createWaiters(() => endPause?.());
  let isPolling = false;
  /** Whether an append was acknowledged since the poller last began to read. */
  let hasNews = false;
  let nextReadAt = 0;
  let endPause: (() => void) | undefined;
  /** The ids of events that are deleted while the poller reads. */
  let deletedMeanwhile: Set<EventId> | undefined;

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
   * Reads what is new into the ring, and wakes those who wait for it.
   *
   * @returns whether there may be more
   */
  async function readNews(): Promise<boolean> {
    const deleted = new Set<EventId>();
    deletedMeanwhile = deleted;
    const limit = size.events;
    const arrivals = await store.readAfter({ after: ring.end, limit });
    deletedMeanwhile = undefined;
    const last = arrivals.at(-1);
    if (!last) return false;
    const events = arrivals.map(({ event }) => event);
    const length = size.learn(events);
    // Where one was deleted meanwhile, each follower finds in the store what is left.
    if (events.some(({ id }) => deleted.has(id))) ring.restart(last.sequence);
    else ring.add(arrivals, length);
    waiters.wake(ring.end);
    return events.length === limit;
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
      const hasMore = await readNews();
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
    // Where following is delayed, the events are not to be seen yet.
    if (store.guarantees.following === 'delayed') return;
    hasNews = true;
    endPause?.();
  }

  function deleted(ids: readonly EventId[]): void {
    for (const id of ids) deletedMeanwhile?.add(id);
    if (ring.has(new Set(ids))) ring.restart(ring.end);
  }

  return {
    read: async (after) => {
      const held = ring.read(after);
      if (held) {
        const next = held.at(-1)?.sequence ?? after;
        return { events: held, next, hasMore: next < ring.end };
      }
      const decided = ring.end;
      const limit = size.events;
      const events = await store.readAfter({ after, limit });
      const last = events.at(-1)?.sequence ?? after;
      const hasMore = events.length === limit;
      // Without more, what the ring had beyond the last event is deleted by now.
      return { events, next: hasMore || decided < last ? last : decided, hasMore };
    },
    waitAfter: async (after, signal) => {
      if (signal?.aborted) throw signal.reason;
      if (ring.end > after) return;
      const news = waiters.join(after, signal);
      if (!isPolling) {
        // After a time without followers: those that are behind read by themselves what came meanwhile.
        if (ring.end < after) ring.restart(after);
        void pollWhileAwaited();
      }
      await news;
    },
    store: {
      ...wrapCalls(store, (_, work) => work()),
      append: async (batches) => {
        const outcomes = await store.append(batches);
        appended();
        return outcomes;
      },
      delete: async (ids) => {
        const taken = [...ids];
        // Also where it fails: it may have been done.
        return store.delete(taken).finally(() => deleted(taken));
      },
    },
  };
}

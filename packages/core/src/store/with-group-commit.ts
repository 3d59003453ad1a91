import { createStoreTimeoutError, createStoreUnavailableError, isStoreFullError } from '../errors.ts';
import { secureEvent } from '../event/frozen-event.ts';
import { nextTurn, startTimer } from '../runtime/event-loop.ts';
import { type AppendQueueLimits, createAppendQueue, type WaitingAppend } from './append-queue.ts';
import type { AppendOutcome, EventStorePort } from './event-store-port.ts';
import { wrapCalls } from './wrap-calls.ts';

export interface GroupCommitOptions extends AppendQueueLimits {
  /** How long an append can take, its wait included, in milliseconds. Default: no limit. */
  readonly appendMs?: number | undefined;
  /** Receives group-commit statistics. */
  readonly observer?: GroupCommitObserver | undefined;
}

/** Receives statistics of a group commit as they arise. Neither function may throw. */
export interface GroupCommitObserver {
  /** The number of events that wait for their turn has changed. */
  queued(events: number): void;
  /** A group of calls goes to the store, with this number of events in all. */
  grouped(calls: number, events: number): void;
}

/** The part of the deadline for which an append waits. The rest is left for the call of the store. */
const WAITING_SHARE = 0.8;

/**
 * Wraps a store so that concurrent appends share one call. While the store processes one group, later appends form the next
 * group, so that a hundred clients wait for one write to disk instead of a hundred. An append to an idle store is passed on
 * immediately. The store returns an outcome for each batch, so that a conflict does not affect other callers. If the call
 * fails, every append of the group fails; if the store is full, each append of the group is tried alone.
 *
 * Between two groups the event loop turns once, so that callers that append again as soon as their group is stored are together
 * in the next group: 64 callers form groups of 64 instead of 61 and 3.
 *
 * If the queue is full, further appends are rejected with `overloaded`. An append that has waited for most of its deadline is
 * deleted from the queue and rejected with `overloaded`; it is not stored. Only an append that the store is processing can be
 * rejected with `store_timeout`; it may still be stored.
 */
export function withGroupCommit(store: EventStorePort, options: GroupCommitOptions = {}): EventStorePort {
  const { appendMs, observer } = options;
  const queue = createAppendQueue(options);
  let working: Promise<void> | undefined;
  let isClosed = false;

  async function work(): Promise<void> {
    while (queue.length > 0) {
      const group = queue.takeGroup();
      const events = group.reduce((sum, { eventCount }) => sum + eventCount, 0);
      observer?.queued(queue.events);
      observer?.grouped(group.length, events);
      const begunAt = Date.now();
      await commitGroup(store, group);
      queue.measured(events, Math.max(0, Date.now() - begunAt));
      await nextTurn();
    }
    working = undefined;
  }

  /** Limits an append to its deadline, and returns a function that stops the timer. */
  function limit(append: WaitingAppend): () => void {
    if (appendMs === undefined) return () => {};
    const waitMs = WAITING_SHARE * appendMs;
    // One timer, not two: most appends need neither.
    let stop = startTimer(() => {
      if (queue.delete(append)) {
        observer?.queued(queue.events);
        append.reject(queue.overloaded(`the store was busy for ${waitMs} ms`));
        return;
      }
      stop = startTimer(
        () => append.reject(createStoreTimeoutError(`the store did not respond to append within ${appendMs} ms`)),
        appendMs - waitMs,
      );
    }, waitMs);
    return () => stop();
  }

  function requireOpen(): void {
    if (isClosed) throw createStoreUnavailableError('the store is closed');
  }

  return {
    // The store itself is still open while the last groups are stored.
    ...wrapCalls(store, async (_, work) => {
      requireOpen();
      return work();
    }),
    append: async (given) => {
      requireOpen();
      // The caller can change the events while the call waits.
      const batches = given.map((batch) => batch.map(secureEvent));
      const eventCount = batches.reduce((sum, batch) => sum + batch.length, 0);
      const { promise, resolve, reject } = Promise.withResolvers<readonly AppendOutcome[]>();
      const append = { batches, eventCount, resolve, reject };
      queue.push(append);
      observer?.queued(queue.events);
      const stopTimers = limit(append);
      working ??= work();
      try {
        return await promise;
      } finally {
        stopTimers();
      }
    },
    close: async () => {
      isClosed = true;
      await working;
      await store.close();
    },
  };
}

async function commitGroup(store: EventStorePort, group: readonly WaitingAppend[]): Promise<void> {
  try {
    const outcomes = await store.append(group.flatMap(({ batches }) => batches));
    let end = 0;
    for (const { batches, resolve } of group) {
      end += batches.length;
      resolve(outcomes.slice(end - batches.length, end));
    }
  } catch (error) {
    if (group.length === 1 || !isStoreFullError(error)) for (const { reject } of group) reject(error);
    // Nothing is stored. The group did not fit, but some of its appends may.
    else for (const append of group) await commitGroup(store, [append]);
  }
}

import { createStoreUnavailableError } from '../errors.ts';
import type { Event } from '../event/event.ts';
import { secureEvent } from '../event/frozen-event.ts';
import type { AppendOutcome, EventStorePort } from './event-store-port.ts';
import { wrapCalls } from './wrap-calls.ts';

/** Bounds of the groups that appends are put into. */
export interface GroupCommitOptions {
  /** A group takes in no further call when it has so many events; 10,000 unless told otherwise. */
  readonly maxGroupEvents?: number;
  /** Events that may wait for their turn; a call beyond is refused. 50,000 unless told otherwise. */
  readonly maxQueuedEvents?: number;
  /** Told of what waits and of what is put together. */
  readonly observer?: GroupCommitObserver | undefined;
}

/** What a group commit tells of itself, as it happens: for metrics. Neither function may throw. */
export interface GroupCommitObserver {
  /** From now on so many events wait for their turn. */
  queued(events: number): void;
  /** A group of so many calls, with so many events in all, goes to the store. */
  grouped(calls: number, events: number): void;
}

/** An append that waits for its turn. */
interface WaitingCall {
  readonly batches: readonly (readonly Event[])[];
  readonly eventCount: number;
  readonly resolve: (outcomes: readonly AppendOutcome[]) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * The same store, whose concurrent appends share one call: while the store works on one group, the next one gathers, so
 * that a hundred clients wait for one write to disk and not for a hundred. An append that finds the store idle goes
 * immediately. The store has an outcome for each batch, so that a conflict fails no other caller; where the whole call
 * fails, every append of the group fails with it. When too much is waiting, further appends are refused with
 * `store_unavailable`.
 */
export function withGroupCommit(store: EventStorePort, options: GroupCommitOptions = {}): EventStorePort {
  const { maxGroupEvents = 10_000, maxQueuedEvents = 50_000, observer } = options;
  const queue: WaitingCall[] = [];
  let queuedEvents = 0;
  let working: Promise<void> | undefined;
  let isClosed = false;

  function nextGroup(): readonly WaitingCall[] {
    let count = 0;
    let events = 0;
    for (const call of queue) {
      if (count > 0 && events + call.eventCount > maxGroupEvents) break;
      events += call.eventCount;
      count++;
    }
    queuedEvents -= events;
    observer?.queued(queuedEvents);
    observer?.grouped(count, events);
    return queue.splice(0, count);
  }

  async function work(): Promise<void> {
    while (queue.length > 0) await commitGroup(store, nextGroup());
    working = undefined;
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
      // Their owner can change them while the call waits.
      const batches = given.map((batch) => batch.map(secureEvent));
      const eventCount = batches.reduce((sum, batch) => sum + batch.length, 0);
      if (queue.length > 0 && queuedEvents + eventCount > maxQueuedEvents) {
        throw createStoreUnavailableError(`${queuedEvents} events are waiting to be stored already`);
      }
      return new Promise((resolve, reject) => {
        queue.push({ batches, eventCount, resolve, reject });
        queuedEvents += eventCount;
        observer?.queued(queuedEvents);
        working ??= work();
      });
    },
    close: async () => {
      isClosed = true;
      await working;
      await store.close();
    },
  };
}

async function commitGroup(store: EventStorePort, group: readonly WaitingCall[]): Promise<void> {
  try {
    const outcomes = await store.append(group.flatMap(({ batches }) => batches));
    let end = 0;
    for (const { batches, resolve } of group) {
      end += batches.length;
      resolve(outcomes.slice(end - batches.length, end));
    }
  } catch (error) {
    for (const { reject } of group) reject(error);
  }
}

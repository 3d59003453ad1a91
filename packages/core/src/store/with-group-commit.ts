import {
  createStoreUnavailableError,
  isEventIdConflictError,
  isStoreTimeoutError,
  isStoreUnavailableError,
} from '../errors.ts';
import type { Event } from '../event/event.ts';
import { secureEvent } from '../event/frozen-event.ts';
import type { AppendResult, EventStorePort } from './event-store-port.ts';
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
  readonly events: readonly Event[];
  readonly resolve: (results: readonly AppendResult[]) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * The same store, whose concurrent appends share one call: while the store is busy with one group, the next one gathers,
 * so that a hundred clients wait for one write to disk and not for a hundred. An append that finds the store idle goes at
 * once. Each call is still stored as a whole or not at all, and is told only what became of its own events.
 *
 * Where a group fails because of one of its calls, those that may be at fault are tried again alone, at once, and all
 * others together, so that nobody suffers for a neighbour. Where the store itself is away, all fail with it. When too
 * much is waiting, further appends are refused with `store_unavailable`.
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
      if (count > 0 && events + call.events.length > maxGroupEvents) break;
      events += call.events.length;
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
      const events = given.map(secureEvent);
      if (queue.length > 0 && queuedEvents + events.length > maxQueuedEvents) {
        throw createStoreUnavailableError(`${queuedEvents} events are waiting to be stored already`);
      }
      return new Promise((resolve, reject) => {
        queue.push({ events, resolve, reject });
        queuedEvents += events.length;
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
  const [first, ...others] = group;
  if (first && others.length === 0) return commitAlone(store, first);
  try {
    const results = await store.append(group.flatMap(({ events }) => events));
    let start = 0;
    for (const { events, resolve } of group) {
      resolve(results.slice(start, start + events.length));
      start += events.length;
    }
  } catch (error) {
    if (isStoreUnavailableError(error) || isStoreTimeoutError(error)) {
      for (const { reject } of group) reject(error);
    } else {
      await commitApart(store, group, error);
    }
  }
}

async function commitApart(store: EventStorePort, group: readonly WaitingCall[], error: unknown): Promise<void> {
  const ids = new Set(isEventIdConflictError(error) ? error.ids : []);
  const suspects = group.filter(({ events }) => events.some(({ id }) => ids.has(id)));
  if (suspects.length === 0) suspects.push(...group);
  const others = group.filter((call) => !suspects.includes(call));
  await Promise.all([
    others.length > 0 && commitGroup(store, others),
    ...suspects.map((call) => commitAlone(store, call)),
  ]);
}

async function commitAlone(store: EventStorePort, { events, resolve, reject }: WaitingCall): Promise<void> {
  try {
    resolve(await store.append(events));
  } catch (error) {
    reject(error);
  }
}

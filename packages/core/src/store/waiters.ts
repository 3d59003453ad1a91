import type { Sequence } from '../event/sequence.ts';
import { type CancelSignal, onAbort } from '../runtime/abort.ts';
import { nextTurn } from '../runtime/event-loop.ts';

/** Followers that wait for events after a sequence. */
export interface Waiters {
  readonly count: number;
  /** Resolves at the first `wake` beyond a sequence; rejects with the reason of the signal, or with the error of `fail`. */
  join(after: Sequence, signal: CancelSignal | undefined): Promise<void>;
  /** Wakes the followers that wait for events up to `end`, a group in each turn of the event loop. */
  wake(end: Sequence): void;
  fail(error: unknown): void;
}

interface Waiter {
  readonly after: Sequence;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

/** Writing an event to this many connections takes a few milliseconds, for which other work waits. */
const GROUP = 50;

/** @param onEmpty called when no follower waits any longer */
export function createWaiters(onEmpty: () => void): Waiters {
  const waiting = new Set<Waiter>();

  function leave(waiter: Waiter): void {
    waiting.delete(waiter);
    if (waiting.size === 0) onEmpty();
  }

  async function wakeInGroups(due: readonly Waiter[]): Promise<void> {
    for (let first = 0; first < due.length; first += GROUP) {
      if (first > 0) await nextTurn();
      // Others have left or failed meanwhile.
      for (const waiter of due.slice(first, first + GROUP)) if (waiting.has(waiter)) waiter.resolve();
    }
  }

  return {
    get count() {
      return waiting.size;
    },
    join: (after, signal) =>
      new Promise((resolve, reject) => {
        function settle(how: () => void): void {
          stopListening();
          leave(waiter);
          how();
        }
        const waiter: Waiter = {
          after,
          resolve: () => settle(resolve),
          reject: (reason) => settle(() => reject(reason)),
        };
        waiting.add(waiter);
        const stopListening = onAbort(signal, waiter.reject);
      }),
    wake: (end) => {
      void wakeInGroups([...waiting].filter(({ after }) => after < end));
    },
    fail: (error) => {
      for (const waiter of waiting) waiter.reject(error);
    },
  };
}

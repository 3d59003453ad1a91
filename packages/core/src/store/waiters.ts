import type { Sequence } from '../event/sequence.ts';
import { type CancelSignal, onAbort } from '../runtime/abort.ts';

/** Followers that wait for events after a sequence. */
export interface Waiters {
  readonly count: number;
  /** Resolves at the first `wake` beyond a sequence; rejects with the reason of the signal, or with the error of `fail`. */
  join(after: Sequence, signal: CancelSignal | undefined): Promise<void>;
  /** Wakes the followers that wait for events up to `end`. */
  wake(end: Sequence): void;
  fail(error: unknown): void;
}

interface Waiter {
  readonly after: Sequence;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

/** @param onEmpty called when no follower waits any longer */
export function createWaiters(onEmpty: () => void): Waiters {
  const waiting = new Set<Waiter>();

  function leave(waiter: Waiter): void {
    waiting.delete(waiter);
    if (waiting.size === 0) onEmpty();
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
      for (const waiter of waiting) if (waiter.after < end) waiter.resolve();
    },
    fail: (error) => {
      for (const waiter of waiting) waiter.reject(error);
    },
  };
}

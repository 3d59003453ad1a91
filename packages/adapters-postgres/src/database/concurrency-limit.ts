import { type CancelSignal, createStoreTimeoutError, onAbort, throwIfAborted } from '@event-tracker/core/store';

/**
 * Runs tasks in the order of the calls, a limited number concurrently. A task that waits for too long is not run.
 *
 * @param signal ends the wait
 * @throws StoreTimeoutError if the task is not run in time; the reason of the signal
 */
export type ConcurrencyLimit = <T>(task: () => Promise<T>, signal?: CancelSignal) => Promise<T>;

/**
 * @param count the number of concurrent tasks, each of which uses a connection
 * @param timeoutMs how long a task waits, in milliseconds
 */
export function createConcurrencyLimit(count: number, timeoutMs: number): ConcurrencyLimit {
  let free = count;
  const waiting = new Set<() => void>();

  function waitForTurn(signal: CancelSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => fail(createStoreTimeoutError(`PostgreSQL: all ${count} connections were busy for ${timeoutMs} ms`)),
        timeoutMs,
      );
      waiting.add(start);
      const stopListening = onAbort(signal, fail);

      function leave(): void {
        clearTimeout(timer);
        stopListening();
        waiting.delete(start);
      }
      function start(): void {
        leave();
        resolve();
      }
      function fail(reason: unknown): void {
        leave();
        reject(reason);
      }
    });
  }

  function release(): void {
    const [startNext] = waiting;
    // A waiting task takes over the slot, so that a new call cannot overtake it.
    if (startNext) startNext();
    else free++;
  }

  return async (task, signal) => {
    throwIfAborted(signal);
    if (free > 0) free--;
    else await waitForTurn(signal);
    try {
      return await task();
    } finally {
      release();
    }
  };
}

import { createStoreTimeoutError } from '@event-tracker/core/store';

/**
 * Runs tasks in the order of the calls, a limited number concurrently. A task that waits for too long is not run.
 *
 * @throws StoreTimeoutError if the task is not run in time
 */
export type ConcurrencyLimit = <T>(task: () => Promise<T>) => Promise<T>;

/**
 * @param count the number of concurrent tasks, each of which uses a connection
 * @param timeoutMs how long a task waits, in milliseconds
 */
export function createConcurrencyLimit(count: number, timeoutMs: number): ConcurrencyLimit {
  let free = count;
  const waiting = new Set<() => void>();

  function waitForTurn(): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        waiting.delete(start);
        reject(createStoreTimeoutError(`PostgreSQL: all ${count} connections were busy for ${timeoutMs} ms`));
      }, timeoutMs);
      function start(): void {
        clearTimeout(timer);
        waiting.delete(start);
        resolve();
      }
      waiting.add(start);
    });
  }

  function release(): void {
    const [startNext] = waiting;
    // A waiting task takes over the slot, so that a new call cannot overtake it.
    if (startNext) startNext();
    else free++;
  }

  return async (task) => {
    if (free > 0) free--;
    else await waitForTurn();
    try {
      return await task();
    } finally {
      release();
    }
  };
}

import { createStoreTimeoutError } from '@event-tracker/core/store';

/**
 * Runs a task when its turn comes, first come, first served. A task that fails lets the next one in all the same; one whose
 * turn does not come in time is not run.
 *
 * @throws StoreTimeoutError where its turn does not come in time
 */
export type Turns = <T>(task: () => Promise<T>) => Promise<T>;

/**
 * @param count how many tasks run at a time, each on a connection
 * @param timeoutMs how long a task waits for its turn, in milliseconds
 */
export function createTurns(count: number, timeoutMs: number): Turns {
  let free = count;
  const waiting = new Set<() => void>();

  function comesNext(): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        waiting.delete(letIn);
        reject(createStoreTimeoutError(`PostgreSQL: all ${count} connections were busy for ${timeoutMs} ms`));
      }, timeoutMs);
      function letIn(): void {
        clearTimeout(timer);
        waiting.delete(letIn);
        resolve();
      }
      waiting.add(letIn);
    });
  }

  function letNextIn(): void {
    const [letIn] = waiting;
    // Who comes next has the turn from now on: nobody can slip in between.
    if (letIn) letIn();
    else free++;
  }

  return async (task) => {
    if (free > 0) free--;
    else await comesNext();
    try {
      return await task();
    } finally {
      letNextIn();
    }
  };
}

import { onAbort, throwIfAborted } from '../runtime/abort.ts';
import { nextTurn, startTimer } from '../runtime/event-loop.ts';
import type { StoreReadOptions } from './event-store-port.ts';

/** Runs tasks of several clients, a limited number concurrently. */
export interface Turns {
  /**
   * Runs a task when it is the turn of its client. A single client can use at most half of the places, so that another one
   * finds a place immediately. When all places are in use, clients are served in turn, whatever the number of their tasks.
   *
   * @throws the reason of the signal, if it is aborted before the task begins
   */
  run<T>(task: () => Promise<T>, options: StoreReadOptions): Promise<T>;
}

/**
 * @param places the number of concurrent tasks, at least 2
 * @param maxMs time after which a place is free again even if its task hangs
 */
export function createTurns(places: number, maxMs: number): Turns {
  const placesOfClient = Math.floor(places / 2);
  const running = new Map<string, number>();
  /** The waiting tasks of each client; the client whose turn is next comes first. */
  const waiting = new Map<string, Set<() => void>>();
  let free = places;

  function hasPlace(client: string): boolean {
    return free > 0 && (running.get(client) ?? 0) < placesOfClient;
  }

  function begin(client: string): void {
    free--;
    running.set(client, (running.get(client) ?? 0) + 1);
  }

  function end(client: string): void {
    free++;
    const others = (running.get(client) ?? 0) - 1;
    if (others > 0) running.set(client, others);
    else running.delete(client);
    startNext();
  }

  function startNext(): void {
    for (const [client, tasks] of waiting) {
      if (!hasPlace(client)) continue;
      const [start] = tasks;
      // The next turn of this client comes after those of all others.
      waiting.delete(client);
      if (tasks.size > 1) waiting.set(client, tasks);
      start?.();
      return;
    }
  }

  /** Resolves when the task has a place. */
  function waitForTurn(client: string, { signal }: StoreReadOptions): Promise<void> {
    return new Promise((resolve, reject) => {
      const tasks = waiting.get(client) ?? new Set();
      const start = (): void => {
        leave();
        begin(client);
        resolve();
      };
      tasks.add(start);
      waiting.set(client, tasks);
      const stopListening = onAbort(signal, (reason) => {
        leave();
        if (tasks.size === 0) waiting.delete(client);
        reject(reason);
      });
      function leave(): void {
        stopListening();
        tasks.delete(start);
      }
    });
  }

  return {
    run: async (task, options) => {
      throwIfAborted(options.signal);
      const { client = '' } = options;
      const mustWait = !hasPlace(client);
      if (mustWait) await waitForTurn(client, options);
      else begin(client);
      let isOver = false;
      const leave = (): void => {
        if (isOver) return;
        isOver = true;
        stopTimer();
        end(client);
      };
      const stopTimer = startTimer(leave, maxMs);
      try {
        // Otherwise short tasks of one client would run one after the other, without a turn of the event loop for others.
        if (mustWait) await nextTurn();
        throwIfAborted(options.signal);
        return await task();
      } finally {
        leave();
      }
    },
  };
}

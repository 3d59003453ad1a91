import type { Calls } from './serve-calls.ts';
import type { Thread } from './thread.ts';

/** A thread that is started again after it has ended, for example because it ran out of memory. */
export type RestartingThread<Options, C extends Calls> = Pick<Thread<Options, C>, 'call' | 'stop'>;

/**
 * Calls a thread, and starts a new one for the first call after it has ended.
 *
 * @param start starts and opens a thread
 */
export function restartWhenEnded<Options, C extends Calls>(
  first: Thread<Options, C>,
  start: () => Promise<Thread<Options, C>>,
): RestartingThread<Options, C> {
  let current = first;
  let starting: Promise<Thread<Options, C>> | undefined;

  async function restart(): Promise<Thread<Options, C>> {
    starting ??= start();
    try {
      current = await starting;
      return current;
    } finally {
      starting = undefined; // after a failure, the next call tries again
    }
  }

  return {
    call: (name, argument, timeoutMs, signal) => {
      if (!current.hasEnded()) return current.call(name, argument, timeoutMs, signal);
      return restart().then((thread) => thread.call(name, argument, timeoutMs, signal));
    },
    stop: (timeoutMs) => current.stop(timeoutMs),
  };
}

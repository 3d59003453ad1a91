import type { Calls } from './serve-calls.ts';
import type { Thread } from './thread.ts';

/** A thread whose place another one takes after it has ended, as when it ran out of memory. */
export type ReplacedThread<Options, C extends Calls> = Pick<Thread<Options, C>, 'call' | 'stop'>;

/**
 * Calls a thread, and starts another one for the first call after it has ended.
 *
 * @param start starts a thread and opens what it works with
 */
export function replaceWhenEnded<Options, C extends Calls>(
  first: Thread<Options, C>,
  start: () => Promise<Thread<Options, C>>,
): ReplacedThread<Options, C> {
  let current = first;
  let starting: Promise<Thread<Options, C>> | undefined;

  async function replace(): Promise<Thread<Options, C>> {
    starting ??= start();
    try {
      current = await starting;
      return current;
    } finally {
      starting = undefined; // the next call tries again where this has failed
    }
  }

  return {
    call: (name, argument, timeoutMs) => {
      if (!current.hasEnded()) return current.call(name, argument, timeoutMs);
      return replace().then((thread) => thread.call(name, argument, timeoutMs));
    },
    stop: (timeoutMs) => current.stop(timeoutMs),
  };
}

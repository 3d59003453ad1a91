import { parentPort } from 'node:worker_threads';
import { type ThreadError, toThreadError } from './thread-error.ts';

/** What a thread can be asked to do: calls of one argument and one result, both of which can be cloned. */
export type Calls = Readonly<Record<string, (argument: never) => unknown>>;

/** A call; `open` is the first one and `close` the last. */
export interface Question {
  readonly call: number;
  readonly name: string;
  readonly argument: unknown;
}

/** What came of a call. */
export type Answer = { readonly call: number } & ({ readonly result: unknown } | { readonly error: ThreadError });

/** What a thread works with while it is open. */
export interface Served<C extends Calls> {
  readonly calls: C;
  close(): void;
}

/**
 * Makes this thread answer calls, from its opening on until it is told to close. A call that does all of its work at once
 * is done with before the next one begins; one that waits lets others in.
 */
export function serveCalls<Options, C extends Calls>(open: (options: Options) => Served<C>): void {
  if (!parentPort) throw new Error('this file runs in a thread of its own');
  const port = parentPort;
  let served: Served<Calls> | undefined;

  function answer(name: string, argument: unknown): unknown {
    if (name === 'open') {
      served = open(argument as Options);
      return undefined;
    }
    if (name === 'close') return served?.close();
    return served?.calls[name]?.(argument as never);
  }

  port.on('message', async ({ call, name, argument }: Question) => {
    try {
      const result: unknown = await answer(name, argument);
      port.postMessage({ call, result } satisfies Answer);
    } catch (error) {
      port.postMessage({ call, error: toThreadError(error) } satisfies Answer);
    }
    // With its port the thread ends.
    if (name === 'close') port.close();
  });
}

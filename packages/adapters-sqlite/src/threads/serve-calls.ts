import { parentPort } from 'node:worker_threads';
import { createOutbox, SHORT_CALLS } from './outbox.ts';
import { type ThreadError, toThreadError } from './thread-error.ts';

/**
 * The calls that a thread serves. Arguments and results must be structured-cloneable. The signal of a call is aborted when
 * its caller no longer waits for the result.
 */
export type Calls = Readonly<Record<string, (argument: never, signal: AbortSignal) => unknown>>;

/** The message for a call. The first call is `open`, the last is `close`. */
export interface CallRequest {
  readonly number: number;
  readonly name: string;
  readonly argument: unknown;
}

/** The message that aborts the signal of a call. */
export interface CallAbort {
  readonly aborted: number;
}

/** The message that a call makes progress. */
export interface CallProgress {
  readonly number: number;
  readonly progress: unknown;
}

/** The message with the result of a call. */
export type CallReply = { readonly number: number } & ({ readonly result: unknown } | { readonly error: ThreadError });

/** The implementation of the calls while the thread is open. */
export interface Served<C extends Calls> {
  readonly calls: C;
  close(): void;
}

/**
 * Serves calls in this thread, from `open` until `close`. Synchronous calls run one after another; asynchronous calls run
 * concurrently.
 *
 * @param open receives a function that reports progress to the thread that opens this one
 */
export function serveCalls<Options, C extends Calls, Progress = never>(
  open: (options: Options, report: (progress: Progress) => void) => Served<C>,
): void {
  if (!parentPort) throw new Error('this file must run in a worker thread');
  const port = parentPort;
  const outbox = createOutbox<CallReply>((replies) => port.postMessage(replies));
  let served: Served<Calls> | undefined;

  /** By the number of the call. */
  const running = new Map<number, AbortController>();

  function call({ number, name, argument }: CallRequest, signal: AbortSignal): unknown {
    if (name === 'open') {
      served = open(argument as Options, (progress) => port.postMessage([{ number, progress } satisfies CallProgress]));
      return undefined;
    }
    if (name === 'close') return served?.close();
    return served?.calls[name]?.(argument as never, signal);
  }

  async function serve(request: CallRequest): Promise<void> {
    const { number, name } = request;
    const isShort = SHORT_CALLS.has(name);
    if (!isShort) outbox.flush(); // replies must not wait for a long call
    const controller = new AbortController();
    running.set(number, controller);
    try {
      outbox.send({ number, result: await call(request, controller.signal) }, isShort);
    } catch (error) {
      outbox.send({ number, error: toThreadError(error) }, isShort);
    } finally {
      running.delete(number);
    }
    // The thread ends when its port is closed.
    if (name === 'close') port.close();
  }

  port.on('message', async (messages: readonly (CallRequest | CallAbort)[]) => {
    for (const message of messages) {
      if ('aborted' in message) running.get(message.aborted)?.abort();
      else void serve(message);
      await undefined; // so that the reply of a synchronous call does not wait for the calls behind it
    }
    outbox.flush(); // the turn can be long, because scans have their slices in it
  });
}

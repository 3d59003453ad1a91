import { Worker, type WorkerOptions } from 'node:worker_threads';
import {
  type CancelSignal,
  createStoreTimeoutError,
  createStoreUnavailableError,
  onAbort,
} from '@event-tracker/core/store';
import { createOutbox, SHORT_CALLS } from './outbox.ts';
import type { CallAbort, CallProgress, CallReply, CallRequest, Calls } from './serve-calls.ts';
import { fromThreadError } from './thread-error.ts';

/** A thread that serves calls, as seen by the thread that started it. */
export interface Thread<Options, C extends Calls, Progress = never> {
  /**
   * Opens the thread.
   *
   * @param timeoutMs begins again with each progress
   * @throws the error that `open` of `serveCalls` threw
   */
  open(options: Options, timeoutMs: number, onProgress?: (progress: Progress) => void): Promise<void>;
  /**
   * Calls a function in the thread.
   *
   * The signal of the call in the thread is aborted at the timeout, and when the given signal is aborted.
   *
   * @throws StoreTimeoutError if the thread does not reply within `timeoutMs` or ends first; the outcome of the call is then
   * unknown. StoreUnavailableError if the thread has already ended; or the reason of the signal
   */
  call<Name extends keyof C & string>(
    name: Name,
    argument: Parameters<C[Name]>[0],
    timeoutMs: number,
    signal?: CancelSignal,
  ): Promise<Awaited<ReturnType<C[Name]>>>;
  /** True while a call that has timed out still runs. */
  isStuck(): boolean;
  hasEnded(): boolean;
  /** Closes and ends the thread. Terminates it after `timeoutMs`. */
  stop(timeoutMs: number): Promise<void>;
}

interface PendingCall {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly onProgress: ((progress: unknown) => void) | undefined;
  readonly timer: NodeJS.Timeout;
  /** Stops the timer and the listener of the signal. */
  readonly stop: () => void;
}

/**
 * Starts a thread. It keeps the process alive only during a call.
 *
 * @param file a module that calls `serveCalls`
 */
export function startThread<Options, C extends Calls, Progress = never>(file: URL): Thread<Options, C, Progress> {
  const worker = new Worker(file, inheritedOptions());
  const ended = Promise.withResolvers<void>();
  /** By the number of the call. A call that timed out stays until the thread replies. */
  const pending = new Map<number, PendingCall>();
  const overdue = new Set<number>();
  const outbox = createOutbox<CallRequest | CallAbort>((messages) => worker.postMessage(messages));
  let lastCall = 0;
  let end: Error | undefined;

  worker.unref();
  worker.on('message', (replies: readonly (CallReply | CallProgress)[]) => {
    for (const reply of replies) {
      if ('progress' in reply) {
        noteProgress(reply);
        continue;
      }
      const call = endCall(reply.number);
      if ('error' in reply) call?.reject(fromThreadError(reply.error));
      else call?.resolve(reply.result);
    }
  });
  worker.on('error', (cause) => {
    end ??= createStoreUnavailableError('a thread of the SQLite store has failed', { cause });
  });
  worker.on('exit', () => {
    end ??= createStoreUnavailableError('a thread of the SQLite store has ended');
    for (const number of [...pending.keys()])
      endCall(number)?.reject(createStoreTimeoutError(`${end.message} before it replied`, { cause: end }));
    ended.resolve();
  });

  function endCall(number: number): PendingCall | undefined {
    const call = pending.get(number);
    call?.stop();
    pending.delete(number);
    overdue.delete(number);
    if (pending.size === 0) worker.unref();
    return call;
  }

  function noteProgress({ number, progress }: CallProgress): void {
    const call = pending.get(number);
    if (!call || overdue.has(number)) return;
    call.timer.refresh();
    call.onProgress?.(progress);
  }

  function call<Result>(
    name: string,
    argument: unknown,
    timeoutMs: number,
    signal?: CancelSignal,
    onProgress?: PendingCall['onProgress'],
  ): Promise<Result> {
    if (end) return Promise.reject(end);
    const number = ++lastCall;
    return new Promise((resolve, reject) => {
      const abort = (reason: unknown): void => {
        reject(reason);
        outbox.send({ aborted: number }, false);
      };
      const timer = setTimeout(() => {
        overdue.add(number);
        abort(createStoreTimeoutError(`the SQLite store did not complete ${name} within ${timeoutMs} ms`));
      }, timeoutMs);
      outbox.send({ number, name, argument }, SHORT_CALLS.has(name));
      const stopListening = onAbort(signal, abort);
      const stop = (): void => {
        clearTimeout(timer);
        stopListening();
      };
      pending.set(number, { resolve: resolve as PendingCall['resolve'], reject, onProgress, timer, stop });
      if (pending.size === 1) worker.ref();
    });
  }

  return {
    open: (options, timeoutMs, onProgress) =>
      // The file of the thread determines the type of its progress, as it does that of its results.
      call('open', options, timeoutMs, undefined, onProgress as PendingCall['onProgress']),
    call,
    isStuck: () => overdue.size > 0,
    hasEnded: () => end !== undefined,
    stop: async (timeoutMs) => {
      if (end) return;
      try {
        await call('close', undefined, timeoutMs);
        worker.ref(); // so that the process does not end before the thread
        await ended.promise;
      } catch {
        // The thread is blocked or failed to close. Acknowledged changes are already synced to disk.
        void worker.terminate();
      }
    },
  };
}

/**
 * Returns the Node options of a thread. By default a thread inherits the options of the process, but with `--input-type` it
 * cannot run a file; then it receives only `--conditions`, which select the files of packages. Node rejects most other
 * options in `execArgv` of a thread.
 */
function inheritedOptions(): WorkerOptions {
  const options = process.execArgv;
  if (!options.some((option) => option.startsWith('--input-type'))) return {};
  return { execArgv: options.filter((option) => option.startsWith('--conditions=')) };
}

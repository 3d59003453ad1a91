import { Worker, type WorkerOptions } from 'node:worker_threads';
import { createStoreTimeoutError, createStoreUnavailableError } from '@event-tracker/core/store';
import type { Answer, Calls, Question } from './serve-calls.ts';
import { fromThreadError } from './thread-error.ts';

/** Another thread, as the one that started it sees it. */
export interface Thread<Options, C extends Calls> {
  /**
   * Makes it open what it works with.
   *
   * @throws the reason why it cannot
   */
  open(options: Options, timeoutMs: number): Promise<void>;
  /**
   * Makes a call there.
   *
   * @throws StoreTimeoutError where the answer takes longer than `timeoutMs`, or where the thread ends before it: then
   * nobody knows what became of the call; StoreUnavailableError where the thread has ended already
   */
  call<Name extends keyof C & string>(
    name: Name,
    argument: Parameters<C[Name]>[0],
    timeoutMs: number,
  ): Promise<Awaited<ReturnType<C[Name]>>>;
  /** Whether a call that has timed out is not done with yet. */
  isStuck(): boolean;
  hasEnded(): boolean;
  /** Makes it close what it has open and end; after `timeoutMs` it is ended all the same. */
  stop(timeoutMs: number): Promise<void>;
}

interface PendingCall {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

/**
 * Starts a thread. It keeps the process alive only while a call is under way.
 *
 * @param file runs `serveCalls`
 */
export function startThread<Options, C extends Calls>(file: URL): Thread<Options, C> {
  const worker = new Worker(file, inheritedOptions());
  const ended = Promise.withResolvers<void>();
  /** By number of the call; those that timed out stay until they are answered. */
  const pending = new Map<number, PendingCall>();
  const overdue = new Set<number>();
  let lastCall = 0;
  let end: Error | undefined;

  worker.unref();
  worker.on('message', (answer: Answer) => {
    const call = take(answer.call);
    if ('error' in answer) call?.reject(fromThreadError(answer.error));
    else call?.resolve(answer.result);
  });
  worker.on('error', (cause) => {
    end ??= createStoreUnavailableError('a thread of the SQLite store has failed', { cause });
  });
  worker.on('exit', () => {
    end ??= createStoreUnavailableError('a thread of the SQLite store has ended');
    for (const call of [...pending.keys()])
      take(call)?.reject(createStoreTimeoutError(`${end.message} before it answered`, { cause: end }));
    ended.resolve();
  });

  function take(call: number): PendingCall | undefined {
    const taken = pending.get(call);
    clearTimeout(taken?.timer);
    pending.delete(call);
    overdue.delete(call);
    if (pending.size === 0) worker.unref();
    return taken;
  }

  function ask<Result>(name: string, argument: unknown, timeoutMs: number): Promise<Result> {
    if (end) return Promise.reject(end);
    const call = ++lastCall;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        overdue.add(call);
        reject(createStoreTimeoutError(`the SQLite store did not answer ${name} within ${timeoutMs} ms`));
      }, timeoutMs);
      pending.set(call, { resolve: resolve as PendingCall['resolve'], reject, timer });
      if (pending.size === 1) worker.ref();
      worker.postMessage({ call, name, argument } satisfies Question);
    });
  }

  return {
    open: (options, timeoutMs) => ask('open', options, timeoutMs),
    call: ask,
    isStuck: () => overdue.size > 0,
    hasEnded: () => end !== undefined,
    stop: async (timeoutMs) => {
      if (end) return;
      try {
        await ask('close', undefined, timeoutMs);
        worker.ref(); // or the process might end before it
        await ended.promise;
      } catch {
        // It hangs, or something in it would not close: what it has acknowledged is on the disk all the same.
        void worker.terminate();
      }
    },
  };
}

/**
 * A thread inherits the options of its process. With those of `node --input-type=module --eval` it could not run a file:
 * then it gets just what decides which files packages are read from. (Given one by one, others would be refused.)
 */
function inheritedOptions(): WorkerOptions {
  const options = process.execArgv;
  if (!options.some((option) => option.startsWith('--input-type'))) return {};
  return { execArgv: options.filter((option) => option.startsWith('--conditions=')) };
}

/** The part of `AbortSignal` that core uses. ECMAScript does not define it, but every runtime provides it. */
export interface CancelSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** A signal and the function that aborts it. */
export interface Cancellation {
  readonly signal: CancelSignal;
  cancel(reason: unknown): void;
}

/** The part of a runtime that creates signals. */
interface AbortRuntime {
  readonly AbortController: new () => { readonly signal: CancelSignal; abort(reason: unknown): void };
}
const { AbortController } = globalThis as unknown as AbortRuntime;

/** Creates a signal, an `AbortSignal` of the runtime. */
export function createCancellation(): Cancellation {
  const controller = new AbortController();
  return { signal: controller.signal, cancel: (reason) => controller.abort(reason) };
}

/** Throws the reason of the signal if it is aborted. */
export function throwIfAborted(signal: CancelSignal | undefined): void {
  if (signal?.aborted) throw signal.reason;
}

/**
 * Calls a function once when the signal is aborted, immediately if it is aborted already.
 *
 * @returns a function that detaches the listener: a signal can live longer than the work that it aborts
 */
export function onAbort(signal: CancelSignal | undefined, listener: (reason: unknown) => void): () => void {
  if (!signal) return () => {};
  const abort = () => {
    stop();
    listener(signal.reason);
  };
  const stop = () => signal.removeEventListener('abort', abort);
  if (signal.aborted) listener(signal.reason);
  else signal.addEventListener('abort', abort);
  return stop;
}

/** Settles like `work`, or rejects with the signal's reason if the signal is aborted first. */
export function untilAborted<T>(work: Promise<T>, signal: CancelSignal | undefined): Promise<T> {
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    const stop = onAbort(signal, reject);
    work.then(resolve, reject).finally(stop);
  });
}

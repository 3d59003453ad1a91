import { createStoreTimeoutError } from '../errors.ts';
import { createCancellation, onAbort, throwIfAborted, untilAborted } from '../runtime/abort.ts';
import { startTimer, withTimeout } from '../runtime/event-loop.ts';
import type { EventStorePort, StoreReadOptions } from './event-store-port.ts';
import { type StoreCall, wrapCalls } from './wrap-calls.ts';

/** Greatest duration of each call of a store, in milliseconds. */
export type StoreDeadlines = { readonly [Call in StoreCall as `${Call}Ms`]: number };

export const DEFAULT_STORE_DEADLINES: StoreDeadlines = {
  appendMs: 3_000,
  getMs: 3_000,
  queryMs: 3_000,
  aggregateMs: 30_000,
  deleteMs: 3_000,
  headMs: 3_000,
  readAfterMs: 3_000,
  pingMs: 1_000,
};

/** The calls that accept a signal. */
const ABORTABLE: ReadonlySet<StoreCall> = new Set(['query', 'aggregate', 'readAfter']);

/**
 * Wraps a store so that calls reject with `store_timeout` after a deadline, and reads reject when their signal is aborted.
 * Backs up the adapter's own deadlines, so that no call ever hangs. The signal that the store receives is aborted in both
 * cases, so that it does not work for a caller that has stopped waiting. An append or a deletion that timed out may still
 * take effect.
 */
export function withDeadlines(store: EventStorePort, deadlines: Partial<StoreDeadlines> = {}): EventStorePort {
  const timeouts = { ...DEFAULT_STORE_DEADLINES, ...deadlines };
  return wrapCalls(store, (call, work, options) => {
    const timeoutMs = timeouts[`${call}Ms`];
    const onTimeout = () => createStoreTimeoutError(`the store did not respond to ${call} within ${timeoutMs} ms`);
    return ABORTABLE.has(call)
      ? limitRead(work, options, timeoutMs, onTimeout)
      : withTimeout(work, timeoutMs, onTimeout);
  });
}

async function limitRead<T>(
  read: (options: StoreReadOptions) => Promise<T>,
  options: StoreReadOptions | undefined,
  timeoutMs: number,
  onTimeout: () => Error,
): Promise<T> {
  throwIfAborted(options?.signal);
  const { signal, cancel } = createCancellation();
  const stopListening = onAbort(options?.signal, cancel);
  const stopTimer = startTimer(() => cancel(onTimeout()), timeoutMs);
  try {
    return await untilAborted(read({ ...options, signal }), signal);
  } finally {
    stopTimer();
    stopListening();
  }
}

import { createStoreTimeoutError } from '../errors.ts';
import { withTimeout } from '../runtime/event-loop.ts';
import type { EventStorePort } from './event-store-port.ts';
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

/**
 * Wraps a store so that calls reject with `store_timeout` after a deadline. Backs up the adapter's own deadlines, so that no
 * call ever hangs. An append or a deletion that timed out may still take effect.
 */
export function withDeadlines(store: EventStorePort, deadlines: Partial<StoreDeadlines> = {}): EventStorePort {
  const timeouts = { ...DEFAULT_STORE_DEADLINES, ...deadlines };
  return wrapCalls(store, (call, work) => {
    const timeoutMs = timeouts[`${call}Ms`];
    return withTimeout(work, timeoutMs, () =>
      createStoreTimeoutError(`the store did not respond to ${call} within ${timeoutMs} ms`),
    );
  });
}

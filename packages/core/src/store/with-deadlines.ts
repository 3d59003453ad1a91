import { createStoreTimeoutError } from '../errors.ts';
import { withTimeout } from '../runtime/event-loop.ts';
import type { EventStorePort } from './event-store-port.ts';
import { type StoreCall, wrapCalls } from './wrap-calls.ts';

/** How long each call of a store may take, in milliseconds. */
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
 * The same store, whose calls reject with `store_timeout` when they take too long: the backstop behind an adapter's own
 * deadlines, so that no caller ever hangs. An append that timed out may still be stored, and a removal done.
 */
export function withDeadlines(store: EventStorePort, deadlines: Partial<StoreDeadlines> = {}): EventStorePort {
  const timeouts = { ...DEFAULT_STORE_DEADLINES, ...deadlines };
  return wrapCalls(store, (call, work) => {
    const timeoutMs = timeouts[`${call}Ms`];
    return withTimeout(work, timeoutMs, () =>
      createStoreTimeoutError(`the store did not answer ${call} within ${timeoutMs} ms`),
    );
  });
}

import { createStoreTimeoutError } from '../errors.ts';
import { withTimeout } from '../runtime/event-loop.ts';
import type { EventStorePort } from './event-store-port.ts';

/** How long each call of a store may take, in milliseconds. */
export interface StoreDeadlines {
  readonly appendMs: number;
  readonly getMs: number;
  readonly queryMs: number;
  readonly aggregateMs: number;
  readonly deleteMs: number;
  readonly pingMs: number;
}

export const DEFAULT_STORE_DEADLINES: StoreDeadlines = {
  appendMs: 3_000,
  getMs: 3_000,
  queryMs: 3_000,
  aggregateMs: 30_000,
  deleteMs: 3_000,
  pingMs: 1_000,
};

/**
 * The same store, whose calls reject with `store_timeout` when they take too long: the backstop behind an adapter's own
 * deadlines, so that no caller ever hangs. An append that timed out may still be stored, and a removal done.
 */
export function withDeadlines(
  store: EventStorePort,
  deadlines: StoreDeadlines = DEFAULT_STORE_DEADLINES,
): EventStorePort {
  const limit = <T>(call: string, work: Promise<T>, timeoutMs: number): Promise<T> =>
    withTimeout(work, timeoutMs, () =>
      createStoreTimeoutError(`the store did not answer ${call} within ${timeoutMs} ms`),
    );
  return {
    guarantees: store.guarantees,
    append: (events) => limit('append', store.append(events), deadlines.appendMs),
    get: (id) => limit('get', store.get(id), deadlines.getMs),
    query: (page) => limit('query', store.query(page), deadlines.queryMs),
    aggregate: (request) => limit('aggregate', store.aggregate(request), deadlines.aggregateMs),
    delete: (ids) => limit('delete', store.delete(ids), deadlines.deleteMs),
    ping: () => limit('ping', store.ping(), deadlines.pingMs),
    close: () => store.close(),
  };
}

import type { EventStorePort, StoreReadOptions } from './event-store-port.ts';

/** A call of the port, except `close`. */
export type StoreCall = 'append' | 'get' | 'query' | 'aggregate' | 'delete' | 'head' | 'readAfter' | 'ping';

/**
 * Wraps a store so that each call goes through a function.
 *
 * @param around receives the name of the call, a function that makes it, and the options of a read. Its result is the result
 * of the call. The function makes a read with its own options, or with those that it receives
 */
export function wrapCalls(
  store: EventStorePort,
  around: <T>(
    call: StoreCall,
    work: (replaced?: StoreReadOptions) => Promise<T>,
    options: StoreReadOptions | undefined,
  ) => Promise<T>,
): EventStorePort {
  return {
    id: store.id,
    guarantees: store.guarantees,
    append: (batches) => around('append', () => store.append(batches), undefined),
    get: (id) => around('get', () => store.get(id), undefined),
    query: (page, options) => around('query', (replaced = options) => store.query(page, replaced), options),
    aggregate: (request, options) =>
      around('aggregate', (replaced = options) => store.aggregate(request, replaced), options),
    delete: (ids) => around('delete', () => store.delete(ids), undefined),
    head: () => around('head', () => store.head(), undefined),
    readAfter: (request, options) =>
      around('readAfter', (replaced = options) => store.readAfter(request, replaced), options),
    ping: () => around('ping', () => store.ping(), undefined),
    close: () => store.close(),
  };
}

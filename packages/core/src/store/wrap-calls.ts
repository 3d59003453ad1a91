import type { EventStorePort } from './event-store-port.ts';

/** A call of the port, except `close`. */
export type StoreCall = 'append' | 'get' | 'query' | 'aggregate' | 'delete' | 'head' | 'readAfter' | 'ping';

/**
 * Wraps a store so that each call goes through a function.
 *
 * @param around receives the name of the call and a function that makes it; its result is the result of the call
 */
export function wrapCalls(
  store: EventStorePort,
  around: <T>(call: StoreCall, work: () => Promise<T>) => Promise<T>,
): EventStorePort {
  return {
    id: store.id,
    guarantees: store.guarantees,
    append: (batches) => around('append', () => store.append(batches)),
    get: (id) => around('get', () => store.get(id)),
    query: (page) => around('query', () => store.query(page)),
    aggregate: (request) => around('aggregate', () => store.aggregate(request)),
    delete: (ids) => around('delete', () => store.delete(ids)),
    head: () => around('head', () => store.head()),
    readAfter: (request) => around('readAfter', () => store.readAfter(request)),
    ping: () => around('ping', () => store.ping()),
    close: () => store.close(),
  };
}

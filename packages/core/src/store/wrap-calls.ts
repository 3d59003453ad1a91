import type { EventStorePort } from './event-store-port.ts';

/** A call of the port, but for `close`. */
export type StoreCall = 'append' | 'get' | 'query' | 'aggregate' | 'delete' | 'head' | 'readAfter' | 'ping';

/**
 * The same store, each call of which goes through a function that makes it.
 *
 * @param around told which call it is; what it answers is the answer
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

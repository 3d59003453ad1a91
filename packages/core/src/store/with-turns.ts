import { needsPayload } from '../query/event-filter.ts';
import { structuredClone } from '../runtime/structured-clone.ts';
import type { EventStorePort } from './event-store-port.ts';
import { createTurns } from './turns.ts';
import type { StoreDeadlines } from './with-deadlines.ts';
import { wrapCalls } from './wrap-calls.ts';

/** Concurrent aggregates. More use more memory, but are rarely faster: a store has few cores for them. */
const AGGREGATES = 4;
/** Concurrent pages whose filter may require reading many events. */
const SEARCHES = 8;
/** Concurrent large pages. The events of more would only wait in memory until they are written. */
const PAGES = 8;
/** Events of a page that begins immediately: a hundred, and one that shows whether there is a next page. */
const MAX_SMALL_PAGE = 101;

/**
 * Wraps a store so that reads that can be long take turns by client. Aggregates, searches and large pages have separate places,
 * so that none waits for the others. All other calls begin immediately.
 */
export function withTurns(
  store: EventStorePort,
  { aggregateMs, queryMs }: Pick<StoreDeadlines, 'aggregateMs' | 'queryMs'>,
): EventStorePort {
  const aggregates = createTurns(AGGREGATES, aggregateMs);
  const searches = createTurns(SEARCHES, queryMs);
  const pages = createTurns(PAGES, queryMs);
  return {
    ...wrapCalls(store, (_, work) => work()),
    // Copied, because the caller can change a request while it waits.
    query: (page, options = {}) => {
      const isSearch = needsPayload(page.filter);
      if (!isSearch && page.limit <= MAX_SMALL_PAGE) return store.query(page, options);
      const copy = structuredClone(page);
      return (isSearch ? searches : pages).run(() => store.query(copy, options), options);
    },
    aggregate: (request, options = {}) => {
      const copy = structuredClone(request);
      return aggregates.run(() => store.aggregate(copy, options), options);
    },
  };
}

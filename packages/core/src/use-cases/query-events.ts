import type { Event } from '../event/event.ts';
import { positionOf } from '../event/event-order.ts';
import { encodeCursor } from '../query/cursor.ts';
import { type EventQuery, parseEventQuery } from '../query/event-query.ts';
import type { EventStorePort } from '../store/event-store-port.ts';

/** Some of the events that match a query, and the way to the others. */
export interface EventPage {
  readonly events: readonly Event[];
  /** The `cursor` of the next page; absent on the last one. */
  readonly next?: string;
}

export interface QueryDependencies {
  readonly store: EventStorePort;
}

/** `limit` of a page where the query has none, and the size of the pages in which all matches are read. */
const DEFAULT_PAGE_LIMIT = 1_000;

/**
 * Finds one page of events.
 *
 * @throws InvalidQueryError, InvalidCursorError, or the store's own errors
 */
export async function queryEventPage({ store }: QueryDependencies, query: EventQuery): Promise<EventPage> {
  const { filter, order, limit = DEFAULT_PAGE_LIMIT, after } = parseEventQuery(query);
  // One more than asked for tells whether there is a next page.
  const found = await store.query({ filter, order, limit: limit + 1, after });
  const events = found.slice(0, limit);
  const last = events.at(-1);
  if (found.length <= limit || !last) return { events };
  return { events, next: encodeCursor(positionOf(last), filter, order) };
}

/**
 * Finds all events that match, or the first `limit` of them, page after page as they are asked for: memory stays
 * constant, and whoever stops asking stops the reading. Each page is consistent, the whole is not a snapshot: what is
 * there throughout comes exactly once.
 *
 * @throws InvalidQueryError and InvalidCursorError at once, the store's own errors when the page is asked for
 */
export function queryEventPages(
  { store }: QueryDependencies,
  query: EventQuery,
): AsyncGenerator<readonly Event[], void, void> {
  const { filter, order, limit = Number.POSITIVE_INFINITY, after } = parseEventQuery(query);
  return (async function* () {
    let remaining = limit;
    let position = after;
    while (remaining > 0) {
      const pageLimit = Math.min(remaining, DEFAULT_PAGE_LIMIT);
      const events = await store.query({ filter, order, limit: pageLimit, after: position });
      const last = events.at(-1);
      if (last) yield events;
      if (!last || events.length < pageLimit) return;
      remaining -= events.length;
      position = positionOf(last);
    }
  })();
}

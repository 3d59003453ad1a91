import type { Event } from '../event/event.ts';
import { positionOf } from '../event/event-order.ts';
import { encodeCursor } from '../query/cursor.ts';
import { type EventQuery, parseEventQuery } from '../query/event-query.ts';
import type { EventStorePort, PageRequest } from '../store/event-store-port.ts';
import { type Portion, readPortions } from './read-portions.ts';

/** Some of the events that match a query, and the way to the others. */
export interface EventPage {
  readonly events: readonly Event[];
  /** The `cursor` of the next page, absent on the last one; in the order of arrival its `after`, which is always there. */
  readonly next?: string;
}

export interface QueryDependencies {
  readonly store: EventStorePort;
}

/** `limit` of a page where the query has none. */
const DEFAULT_PAGE_LIMIT = 1_000;
/** Up to this limit a page is read at once, whatever the size of its events. */
const SMALL_PAGE_LIMIT = 100;
/** Characters of JSON at which a larger page ends before its limit: it has to fit into memory beside those of others. */
const MAX_PAGE_LENGTH = 16 * 1024 ** 2;

/**
 * Finds one page of events: `limit` of them, or fewer where they are large.
 *
 * @throws InvalidQueryError, InvalidCursorError, or the store's own errors
 */
export async function queryEventPage({ store }: QueryDependencies, query: EventQuery): Promise<EventPage> {
  const { filter, order, limit = DEFAULT_PAGE_LIMIT, after } = parseEventQuery(query);
  // One more than the page holds tells whether there is a next one.
  const request = { filter, order, limit: limit + 1, after };
  const { events: found, hasMore } = await (limit <= SMALL_PAGE_LIMIT ? readAtOnce : readUntilFull)(store, request);
  if (!hasMore) return { events: found };
  const events = found.slice(0, -1);
  const last = events.at(-1) as Event; // there are two at least
  return { events, next: encodeCursor(positionOf(last), filter, order) };
}

/** What was found for a page: with `hasMore`, the last of at least two events belongs to the next page already. */
interface Found {
  readonly events: readonly Event[];
  readonly hasMore: boolean;
}

async function readAtOnce(store: EventStorePort, request: PageRequest): Promise<Found> {
  const events = await store.query(request);
  return { events, hasMore: events.length === request.limit };
}

async function readUntilFull(store: EventStorePort, request: PageRequest): Promise<Found> {
  const events: Event[] = [];
  let length = 0;
  for await (const portion of readPortions(store, request)) {
    events.push(...portion.events);
    length += portion.length;
    if (length > MAX_PAGE_LENGTH && events.length > 1) return { events, hasMore: true };
  }
  return { events, hasMore: events.length === request.limit };
}

/**
 * Finds all events that match, or the first `limit` of them, portion after portion as they are asked for: memory stays
 * constant, and whoever stops asking stops the reading. Each portion is consistent, the whole is not a snapshot: what is
 * there throughout comes exactly once.
 *
 * @throws InvalidQueryError and InvalidCursorError at once, the store's own errors when a portion is asked for
 */
export function queryEventPages(
  { store }: QueryDependencies,
  query: EventQuery,
): AsyncGenerator<readonly Event[], void, void> {
  const { filter, order, limit = Number.POSITIVE_INFINITY, after } = parseEventQuery(query);
  return eventsOf(readPortions(store, { filter, order, limit, after }));
}

async function* eventsOf(portions: AsyncIterable<Portion>): AsyncGenerator<readonly Event[], void, void> {
  for await (const { events } of portions) yield events;
}

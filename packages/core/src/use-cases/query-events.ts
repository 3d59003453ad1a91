import type { Event } from '../event/event.ts';
import { positionOf } from '../event/event-order.ts';
import { encodeCursor } from '../query/cursor.ts';
import { type EventQuery, parseEventQuery } from '../query/event-query.ts';
import type { EventStorePort, PageRequest, StoreReadOptions } from '../store/event-store-port.ts';
import { type Portion, readPortions } from './read-portions.ts';

/** A page of the events that match a query. */
export interface EventPage<Found = Event> {
  readonly events: readonly Found[];
  /** `cursor` of the next page, absent on the last page. In order of arrival: `after` of the next page, always set. */
  readonly next?: string;
}

export interface QueryDependencies {
  readonly store: EventStorePort;
}

/** Default `limit` of a page. */
const DEFAULT_PAGE_LIMIT = 1_000;
/** A page up to this limit is read in one call, whatever the size of its events. */
const SMALL_PAGE_LIMIT = 100;
/** Characters of JSON at which a larger page ends before its limit, which bounds the memory of concurrent requests. */
const MAX_PAGE_LENGTH = 16 * 1024 ** 2;

/**
 * Returns one page of events: up to `limit`, or fewer if events are large.
 *
 * @throws InvalidQueryError, InvalidCursorError, or the store's errors
 */
export async function queryEventPage(
  { store }: QueryDependencies,
  query: EventQuery,
  options?: StoreReadOptions,
): Promise<EventPage> {
  const { filter, order, limit = DEFAULT_PAGE_LIMIT, after } = parseEventQuery(query);
  // One additional event shows whether there is a next page.
  const request = { filter, order, limit: limit + 1, after };
  const read = limit <= SMALL_PAGE_LIMIT ? readInOneCall : readUntilFull;
  const { events: found, hasMore } = await read(store, request, options);
  if (!hasMore) return { events: found };
  const events = found.slice(0, -1);
  const last = events.at(-1) as Event; // with hasMore, at least two were found
  return { events, next: encodeCursor(positionOf(last), filter, order) };
}

/** Events found for a page. With `hasMore`, there are at least two, and the last one belongs to the next page. */
interface Found {
  readonly events: readonly Event[];
  readonly hasMore: boolean;
}

async function readInOneCall(store: EventStorePort, request: PageRequest, options?: StoreReadOptions): Promise<Found> {
  const events = await store.query(request, options);
  return { events, hasMore: events.length === request.limit };
}

async function readUntilFull(store: EventStorePort, request: PageRequest, options?: StoreReadOptions): Promise<Found> {
  const events: Event[] = [];
  let length = 0;
  for await (const portion of readPortions(store, request, options)) {
    events.push(...portion.events);
    length += portion.length;
    if (length > MAX_PAGE_LENGTH && events.length > 1) return { events, hasMore: true };
  }
  return { events, hasMore: events.length === request.limit };
}

/**
 * Yields all matching events, or the first `limit` of them, in portions that are read on demand: memory is constant, and reading
 * stops when the caller stops. Each portion is consistent, but the whole is not a snapshot: an event that is stored throughout
 * is returned exactly once.
 *
 * @throws InvalidQueryError and InvalidCursorError immediately, and the store's errors or the reason of the signal when a
 * portion is requested
 */
export function queryEventPages(
  { store }: QueryDependencies,
  query: EventQuery,
  options?: StoreReadOptions,
): AsyncGenerator<readonly Event[], void, void> {
  const { filter, order, limit = Number.POSITIVE_INFINITY, after } = parseEventQuery(query);
  return eventsOf(readPortions(store, { filter, order, limit, after }, options));
}

async function* eventsOf(portions: AsyncIterable<Portion>): AsyncGenerator<readonly Event[], void, void> {
  for await (const { events } of portions) yield events;
}

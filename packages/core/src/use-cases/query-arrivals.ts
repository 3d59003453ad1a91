import type { Event } from '../event/event.ts';
import { encodePosition } from '../query/arrival-position.ts';
import { type ArrivalQuery, parseArrivalQuery } from '../query/arrival-query.ts';
import { compileFilter } from '../query/event-filter.ts';
import { createPortionSize } from '../query/portion-size.ts';
import { beginTimeSlice } from '../runtime/event-loop.ts';
import type { EventStorePort, StoreReadOptions } from '../store/event-store-port.ts';
import { resolveStart } from './arrival-start.ts';
import type { EventPage } from './query-events.ts';

const DEFAULT_PAGE_LIMIT = 1_000;
/** Greatest number of events in a portion, and its approximate length in characters of JSON. */
const MAX_PORTION = 1_000;
const PORTION_LENGTH = 1024 ** 2;
/** Characters of JSON at which a page ends before its limit, which bounds the memory of concurrent requests. */
const MAX_PAGE_LENGTH = 16 * 1024 ** 2;
/** Longest search for matching events. A page can end without events; its `next` continues the search. */
const MAX_SEARCH_MS = 1_000;

/**
 * Returns the next events in order of arrival: up to `limit`, or fewer if events are large, if few match, or if there are no more
 * at the moment. A client that continues with `next` of each page receives every event exactly once.
 *
 * @throws InvalidQueryError; InvalidCursorError if the position is damaged, belongs to another store or lies beyond the last
 * event; or the store's errors
 */
export async function queryArrivalPage(
  { store }: { readonly store: EventStorePort },
  query: ArrivalQuery,
  options?: StoreReadOptions,
): Promise<Required<EventPage>> {
  const { filter, after, limit = DEFAULT_PAGE_LIMIT } = parseArrivalQuery(query);
  const matches = compileFilter(filter);
  const found: Event[] = [];
  const size = createPortionSize(MAX_PORTION, PORTION_LENGTH);
  const search = beginTimeSlice({ lengthMs: MAX_SEARCH_MS });
  let reached = await resolveStart(after, store);
  let length = 0;
  for (;;) {
    const limitOfPortion = size.events;
    const portion = await store.readAfter({ after: reached, limit: limitOfPortion }, options);
    for (const { sequence, event } of portion) {
      reached = sequence;
      if (matches(event)) found.push(event);
      if (found.length === limit) break;
    }
    length += size.adapt(portion.map(({ event }) => event));
    const isComplete = found.length === limit || length > MAX_PAGE_LENGTH || search.isOver();
    if (isComplete || portion.length < limitOfPortion)
      return { events: found, next: encodePosition(store.id, reached) };
  }
}

import type { Event } from '../event/event.ts';
import { encodePosition } from '../query/arrival-position.ts';
import { type ArrivalQuery, parseArrivalQuery } from '../query/arrival-query.ts';
import { compileFilter } from '../query/event-filter.ts';
import { createPortionSize } from '../query/portion-size.ts';
import { beginTimeSlice } from '../runtime/event-loop.ts';
import type { EventStorePort } from '../store/event-store-port.ts';
import { resolveStart } from './arrival-start.ts';
import type { EventPage } from './query-events.ts';

const DEFAULT_PAGE_LIMIT = 1_000;
/** Most events that are read at a time, and about how many characters of JSON they should have. */
const MAX_PORTION = 1_000;
const PORTION_LENGTH = 1024 ** 2;
/** Characters of JSON at which a page ends before its limit: it must fit into memory next to those of others. */
const MAX_PAGE_LENGTH = 16 * 1024 ** 2;
/** Time to look for events that match: a page may end without any, and leads on from where it ended. */
const MAX_SEARCH_MS = 1_000;

/**
 * Finds the next events in the order of arrival: up to `limit` of them, fewer where they are large, where few match, or where
 * there are no more at the moment. A client that goes on with `next` of each page gets every event exactly once.
 *
 * @throws InvalidQueryError; InvalidCursorError where the position is damaged, belongs to another store or lies beyond the
 * last event; or the store's own errors
 */
export async function queryArrivalPage(
  { store }: { readonly store: EventStorePort },
  query: ArrivalQuery,
): Promise<Required<EventPage>> {
  const { filter, after, limit = DEFAULT_PAGE_LIMIT } = parseArrivalQuery(query);
  const matches = compileFilter(filter);
  const found: Event[] = [];
  const size = createPortionSize(MAX_PORTION, PORTION_LENGTH);
  const search = beginTimeSlice(MAX_SEARCH_MS);
  let reached = await resolveStart(after, store);
  let length = 0;
  for (;;) {
    const asked = size.events;
    const portion = await store.readAfter({ after: reached, limit: asked });
    for (const { sequence, event } of portion) {
      reached = sequence;
      if (matches(event)) found.push(event);
      if (found.length === limit) break;
    }
    length += size.learn(portion.map(({ event }) => event));
    const isEnough = found.length === limit || length > MAX_PAGE_LENGTH || search.isOver();
    if (isEnough || portion.length < asked) return { events: found, next: encodePosition(store.id, reached) };
  }
}

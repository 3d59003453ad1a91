import type { Event } from '../event/event.ts';
import { encodePosition } from '../query/arrival-position.ts';
import { compileFilter, type EventFilter } from '../query/event-filter.ts';
import { type FilterQuery, parseFilteredQuery } from '../query/filter-query.ts';
import { type CancelSignal, untilAborted } from '../runtime/abort.ts';
import type { ArrivalFeed, FeedPage } from '../store/arrival-feed.ts';
import { resolveStart } from './arrival-start.ts';

/** Where following begins, and what ends it. */
export interface FollowOptions {
  /** `start`, `now`, or the position of an item that was received before. Default: `now`. */
  readonly after?: string | undefined;
  /** An `AbortSignal`: following then rejects with its reason. */
  readonly signal?: CancelSignal | undefined;
}

/** How far a follower has come. */
export interface FollowedItem {
  /** Where to continue, also in another process: `after` of the next call. */
  readonly position: string;
  /** The event that arrived; absent where events were passed that do not match. */
  readonly event?: Event;
}

/**
 * Follows the events that match, in the order of arrival, without end. The first item has no event: once it is there, the
 * position is fixed, and every event that is acknowledged from then on follows. After events that do not match, an item
 * without an event says how far following has come. Reading stops while the caller does not ask for the next item.
 *
 * Abort the signal to end while an item is awaited: `return()` of the generator waits for the item.
 *
 * @throws InvalidQueryError immediately; with the first item InvalidCursorError where the position is damaged, belongs to
 * another store or lies beyond the last event; with any item the store's own errors, or the reason of the signal
 */
export function followEvents(
  feed: ArrivalFeed,
  query: FilterQuery,
  options: FollowOptions = {},
): AsyncGenerator<FollowedItem, never, void> {
  const { filter } = parseFilteredQuery({}, { ...query });
  return follow(feed, filter, options);
}

async function* follow(
  feed: ArrivalFeed,
  filter: EventFilter,
  { after = 'now', signal }: FollowOptions,
): AsyncGenerator<FollowedItem, never, void> {
  const { store } = feed;
  const matches = compileFilter(filter);
  const read = (position: bigint) => untilAborted(feed.read(position), signal);

  let reached = await untilAborted(resolveStart(after, store), signal);
  // Read before the first item is there: it shows whether the store knows the position.
  let page: FeedPage = await read(reached);
  yield { position: encodePosition(store.id, reached) };
  for (;;) {
    for (const { sequence, event } of page.events) {
      if (!matches(event)) continue;
      reached = sequence;
      yield { position: encodePosition(store.id, sequence), event };
      if (signal?.aborted) throw signal.reason;
    }
    if (reached < page.next) {
      reached = page.next;
      yield { position: encodePosition(store.id, reached) };
    }
    if (!page.hasMore) await feed.waitAfter(reached, signal);
    page = await read(reached);
  }
}

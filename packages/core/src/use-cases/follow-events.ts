import type { Event } from '../event/event.ts';
import { encodePosition } from '../query/arrival-position.ts';
import { compileFilter, type EventFilter } from '../query/event-filter.ts';
import { type FilterQuery, parseFilteredQuery } from '../query/filter-query.ts';
import { type CancelSignal, throwIfAborted, untilAborted } from '../runtime/abort.ts';
import type { ArrivalFeed, FeedPage } from '../store/arrival-feed.ts';
import { resolveStart } from './arrival-start.ts';

/** Options of `follow`. */
export interface FollowOptions {
  /** `start`, `now`, or the position of an item that was received earlier. Default: `now`. */
  readonly after?: string | undefined;
  /** An `AbortSignal` that ends following: the generator rejects with its reason. */
  readonly signal?: CancelSignal | undefined;
}

/** An event that arrived, or progress without an event. */
export interface FollowedItem<Found = Event> {
  /** Value of `after` for a later call, which can be in another process. */
  readonly position: string;
  /** The event that arrived; absent if events that do not match were skipped. */
  readonly event?: Found;
}

/**
 * Yields matching events in order of arrival, and never ends. The first item has no event: it fixes the position, and every
 * event that is acknowledged later follows. After events that do not match, an item without an event has the new position.
 * Reading pauses until the caller requests the next item.
 *
 * Abort the signal to stop while waiting for an item, because `return()` of the generator waits for the item.
 *
 * @throws InvalidQueryError immediately; with the first item, InvalidCursorError if the position is damaged, belongs to
 * another store or lies beyond the last event; with any item, the store's errors or the reason of the signal
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

  let reached = await untilAborted(resolveStart(after, store), signal);
  // The first read also checks the position, so it comes before the first item.
  let page: FeedPage = await feed.read(reached, signal);
  yield { position: encodePosition(store.id, reached) };
  for (;;) {
    for (const arrival of page.events) {
      const { sequence, event } = arrival;
      if (!matches(event)) continue;
      reached = sequence;
      yield { position: feed.positionOf(arrival), event };
      throwIfAborted(signal);
    }
    if (reached < page.next) {
      reached = page.next;
      yield { position: encodePosition(store.id, reached) };
    }
    if (!page.hasMore) await feed.waitAfter(reached, signal);
    page = await feed.read(reached, signal);
  }
}

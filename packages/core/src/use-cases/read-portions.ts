import type { Event } from '../event/event.ts';
import { positionOf } from '../event/event-order.ts';
import type { EventStorePort, PageRequest } from '../store/event-store-port.ts';

/** Events in the first portion: few, for nothing is known of their size. */
const FIRST_PORTION = 16;
/** How much larger than the one before a portion may be. */
const GROWTH = 4;
/** Most events in a portion, unless told otherwise. */
const MAX_PORTION = 1_000;
/** Most events in a portion that is read to be removed: an append may have to wait behind that, a few milliseconds. */
export const MAX_REMOVED_PORTION = 100;
/** Characters of JSON that a portion should have, about. */
const PORTION_LENGTH = 1024 ** 2;

/** Some events, and about how many characters of JSON they have. */
export interface Portion {
  readonly events: readonly Event[];
  readonly length: number;
}

/**
 * Reads up to `limit` events that match, in portions as they are asked for, each a page of the store. Their number
 * follows the size of the events before, so that a reader who stands still holds a megabyte and not a thousand times the
 * largest payload.
 */
export async function* readPortions(
  store: EventStorePort,
  { limit, ...request }: PageRequest,
  maxPortion: number = MAX_PORTION,
): AsyncGenerator<Portion, void, void> {
  let { after } = request;
  let size = FIRST_PORTION;
  for (let remaining = limit; remaining > 0; ) {
    const asked = Math.min(remaining, size);
    const events = await store.query({ ...request, limit: asked, after });
    const last = events.at(-1);
    if (!last) return;
    const eventLength = largestOf(events);
    yield { events, length: eventLength * events.length };
    if (events.length < asked) return;
    remaining -= events.length;
    after = positionOf(last);
    size = Math.max(1, Math.min(maxPortion, size * GROWTH, Math.floor(PORTION_LENGTH / eventLength)));
  }
}

/** The length of the largest of three events: to write them all would be to do the reader's work twice. */
function largestOf(events: readonly Event[]): number {
  const samples = [events[0], events[events.length >> 1], events.at(-1)];
  return Math.max(...samples.map((event) => JSON.stringify(event).length));
}

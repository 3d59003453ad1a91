import type { Event } from '../event/event.ts';
import { positionOf } from '../event/event-order.ts';
import { createPortionSize } from '../query/portion-size.ts';
import type { EventStorePort, PageRequest } from '../store/event-store-port.ts';

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
  const size = createPortionSize(maxPortion, PORTION_LENGTH);
  let { after } = request;
  for (let remaining = limit; remaining > 0; ) {
    const asked = Math.min(remaining, size.events);
    const events = await store.query({ ...request, limit: asked, after });
    const last = events.at(-1);
    if (!last) return;
    yield { events, length: size.learn(events) };
    if (events.length < asked) return;
    remaining -= events.length;
    after = positionOf(last);
  }
}

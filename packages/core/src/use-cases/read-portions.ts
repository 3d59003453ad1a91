import type { Event } from '../event/event.ts';
import { positionOf } from '../event/event-order.ts';
import { createPortionSize } from '../query/portion-size.ts';
import type { EventStorePort, PageRequest, StoreReadOptions } from '../store/event-store-port.ts';

const MAX_PORTION = 1_000;
/** Greatest number of events in a portion that is read for deletion, which can delay an append by a few milliseconds. */
export const MAX_DELETED_PORTION = 100;
/** Approximate length of a portion in characters of JSON. */
const PORTION_LENGTH = 1024 ** 2;

export interface PortionOptions extends StoreReadOptions {
  /** Greatest number of events in a portion. Default: 1,000. */
  readonly maxPortion?: number;
}

/** Events, and the approximate length of their JSON in characters. */
export interface Portion {
  readonly events: readonly Event[];
  readonly length: number;
}

/**
 * Yields up to `limit` matching events in portions that are read on demand, each a page of the store. The number of events in a
 * portion adapts to their size, so that a paused reader keeps about a megabyte in memory.
 */
export async function* readPortions(
  store: EventStorePort,
  { limit, ...request }: PageRequest,
  { maxPortion = MAX_PORTION, ...options }: PortionOptions = {},
): AsyncGenerator<Portion, void, void> {
  const size = createPortionSize(maxPortion, PORTION_LENGTH);
  let { after } = request;
  for (let remaining = limit; remaining > 0; ) {
    const limitOfPortion = Math.min(remaining, size.events);
    const events = await store.query({ ...request, limit: limitOfPortion, after }, options);
    const last = events.at(-1);
    if (!last) return;
    yield { events, length: size.adapt(events) };
    if (events.length < limitOfPortion) return;
    remaining -= events.length;
    after = positionOf(last);
  }
}

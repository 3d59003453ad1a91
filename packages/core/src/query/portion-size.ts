import type { Event } from '../event/event.ts';
import { eventText } from '../event/text-event.ts';

/** Number of events in the first portion. It is small because their size is not yet known. */
const FIRST_PORTION = 16;
/** Greatest ratio of the sizes of two successive portions. */
const GROWTH = 4;

/** Adapts the number of events to read at a time, so that a portion has about a given number of characters. */
export interface PortionSize {
  /** Number of events to read next. */
  readonly events: number;
  /** Adapts the number to a portion that was read, and returns the approximate length of its JSON in characters. */
  adapt(events: readonly Event[]): number;
}

/**
 * @param maxEvents greatest number of events in a portion
 * @param length approximate length of the JSON of a portion, in characters
 */
export function createPortionSize(maxEvents: number, length: number): PortionSize {
  let size = Math.min(FIRST_PORTION, maxEvents);
  return {
    get events() {
      return size;
    },
    adapt: (events) => {
      if (events.length === 0) return 0;
      const eventLength = largestOf(events);
      const grown = Math.max(FIRST_PORTION, events.length * GROWTH);
      size = Math.max(1, Math.min(maxEvents, grown, Math.floor(length / eventLength)));
      return eventLength * events.length;
    },
  };
}

/** Returns the length of the largest of three events. Measuring all events would do the work of the reader twice. */
function largestOf(events: readonly Event[]): number {
  const samples = [events[0], events[events.length >> 1], events.at(-1)] as readonly Event[]; // there is at least one
  return Math.max(...samples.map((event) => eventText(event).length));
}

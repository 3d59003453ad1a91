import type { Event } from '../event/event.ts';

/** Events in the first portion: few, because their size is not known yet. */
const FIRST_PORTION = 16;
/** How much larger than the one before a portion may be. */
const GROWTH = 4;

/** How many events to read at a time, so that a portion has about a given number of characters. */
export interface PortionSize {
  /** The number of events to read next. */
  readonly events: number;
  /** Adapts the number to a portion that was read, and returns about how many characters of JSON the portion has. */
  learn(events: readonly Event[]): number;
}

/**
 * @param maxEvents most events in a portion
 * @param length characters of JSON that a portion should have, about
 */
export function createPortionSize(maxEvents: number, length: number): PortionSize {
  let size = Math.min(FIRST_PORTION, maxEvents);
  return {
    get events() {
      return size;
    },
    learn: (events) => {
      if (events.length === 0) return 0;
      const eventLength = largestOf(events);
      const grown = Math.max(FIRST_PORTION, events.length * GROWTH);
      size = Math.max(1, Math.min(maxEvents, grown, Math.floor(length / eventLength)));
      return eventLength * events.length;
    },
  };
}

/** The length of the largest of three events: to measure them all would be to do the reader's work twice. */
function largestOf(events: readonly Event[]): number {
  const samples = [events[0], events[events.length >> 1], events.at(-1)];
  return Math.max(...samples.map((event) => JSON.stringify(event).length));
}

import type { EventId } from '../event/event.ts';
import type { Sequence } from '../event/sequence.ts';
import { type Arrival, BEFORE_ALL } from './event-store-port.ts';

/** The latest events in order of arrival, without a gap: all stored events after `start` and up to `end`. */
export interface ArrivalRing {
  readonly end: Sequence;
  /** Returns the next events after a sequence, or undefined if the ring does not have them. */
  read(after: Sequence): readonly Arrival[] | undefined;
  /** Adds the next events. `length` is the approximate length of their JSON in characters. */
  add(events: readonly Arrival[], length: number): void;
  /** Drops all events; the ring continues after a sequence. */
  restart(at: Sequence): void;
  has(ids: ReadonlySet<EventId>): boolean;
}

/** Events that were read together. */
interface Page {
  readonly events: readonly Arrival[];
  readonly length: number;
  readonly readAt: number;
}

const MAX_EVENTS = 4_096;
/** Greatest length in characters of JSON, which limits the memory of large events. */
const MAX_LENGTH = 8 * 1024 ** 2;
/** Longest time for which an event that another server deleted may be returned. */
const MAX_AGE_MS = 5_000;

/** @param clock milliseconds, from any starting point */
export function createArrivalRing(clock: () => number): ArrivalRing {
  let pages: Page[] = [];
  let start: Sequence = BEFORE_ALL;
  let end: Sequence = BEFORE_ALL;
  let count = 0;
  let length = 0;

  function dropFirst(): void {
    const page = pages.shift();
    if (!page) return;
    count -= page.events.length;
    length -= page.length;
    start = lastOf(page);
  }

  function dropOld(): void {
    const now = clock();
    for (let [page] = pages; page && Math.abs(now - page.readAt) > MAX_AGE_MS; [page] = pages) dropFirst();
  }

  return {
    get end() {
      return end;
    },
    read: (after) => {
      dropOld();
      if (after < start || after >= end) return undefined;
      // Most followers are near the end.
      const page = pages[pages.findLastIndex((candidate) => lastOf(candidate) <= after) + 1];
      return page?.events.filter(({ sequence }) => sequence > after);
    },
    add: (events, pageLength) => {
      const page = { events, length: pageLength, readAt: clock() };
      pages.push(page);
      count += events.length;
      length += pageLength;
      end = lastOf(page);
      while (pages.length > 1 && (count > MAX_EVENTS || length > MAX_LENGTH)) dropFirst();
    },
    restart: (at) => {
      pages = [];
      start = end = at;
      count = length = 0;
    },
    has: (ids) => pages.some(({ events }) => events.some(({ event }) => ids.has(event.id))),
  };
}

function lastOf({ events }: Page): Sequence {
  return events.at(-1)?.sequence ?? BEFORE_ALL; // no page is empty
}

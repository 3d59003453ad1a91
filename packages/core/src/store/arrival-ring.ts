import type { EventId } from '../event/event.ts';
import type { Sequence } from '../event/sequence.ts';
import { type Arrival, BEFORE_ALL } from './event-store-port.ts';

/** The last events in the order of arrival, without a gap: all that are stored after `start`, up to `end`. */
export interface ArrivalRing {
  readonly end: Sequence;
  /** The next events after a sequence; undefined where the ring does not have them. */
  read(after: Sequence): readonly Arrival[] | undefined;
  /** Adds the events that come next. `length` is about how many characters of JSON they have. */
  add(events: readonly Arrival[], length: number): void;
  /** Drops everything: the ring continues after a sequence. */
  restart(at: Sequence): void;
  has(ids: ReadonlySet<EventId>): boolean;
}

/** Some events that were read together. */
interface Page {
  readonly events: readonly Arrival[];
  readonly length: number;
  readonly readAt: number;
}

const MAX_EVENTS = 4_096;
/** Characters of JSON: large events must not fill the memory. */
const MAX_LENGTH = 8 * 1024 ** 2;
/** An event that another server deleted may be shown for this long. */
const MAX_AGE_MS = 5_000;

/** @param clock milliseconds, from any beginning */
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
      // Most readers are near the end.
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

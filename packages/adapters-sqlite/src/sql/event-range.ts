import { comparePositions, type EventPosition, type PageRequest } from '@event-tracker/core/store';

/** A stretch of the total order, in the order of reading: strictly after one place, up to another and including it. */
export interface EventRange {
  readonly after: EventPosition;
  readonly until: EventPosition;
}

const FIRST_INSTANT = -(2n ** 63n);
const LAST_INSTANT = 2n ** 63n - 1n;
/** Sorts before and behind every id of an instant. */
const BEFORE_IDS = '';
const BEHIND_IDS = '~';

/** What a page may hold, as far as time and place say. */
export function rangeOf({ filter, order, after }: Omit<PageRequest, 'limit'>): EventRange {
  const first = { epochNanoseconds: filter.start ?? FIRST_INSTANT, id: BEFORE_IDS };
  const last = { epochNanoseconds: filter.end ?? LAST_INSTANT, id: BEHIND_IDS };
  if (order === 'asc') return { after: after && comparePositions(after, first) > 0 ? after : first, until: last };
  return { after: after && comparePositions(after, last) < 0 ? after : last, until: first };
}

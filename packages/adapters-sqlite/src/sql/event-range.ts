import { comparePositions, type EventPosition, type PageRequest } from '@event-tracker/core/store';

/** A range of the total order, in reading order: strictly after one position, up to and including another. */
export interface EventRange {
  readonly after: EventPosition;
  readonly until: EventPosition;
}

const FIRST_INSTANT = -(2n ** 63n);
const LAST_INSTANT = 2n ** 63n - 1n;
/** Sort before and after each id of the same instant. */
const BEFORE_IDS = '';
const AFTER_IDS = '~';

/** Returns the range given by the times and the cursor of a request. */
export function rangeOf({ filter, order, after }: Omit<PageRequest, 'limit'>): EventRange {
  const first = { epochNanoseconds: filter.start ?? FIRST_INSTANT, id: BEFORE_IDS };
  const last = { epochNanoseconds: filter.end ?? LAST_INSTANT, id: AFTER_IDS };
  if (order === 'asc') return { after: after && comparePositions(after, first) > 0 ? after : first, until: last };
  return { after: after && comparePositions(after, last) < 0 ? after : last, until: first };
}

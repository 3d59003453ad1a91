import {
  comparePositions,
  type EpochNanoseconds,
  type EventPosition,
  type PageRequest,
} from '@event-tracker/core/store';

/** A range of the total order, in reading order: strictly after one position, up to and including another. */
export interface EventRange {
  readonly after: EventPosition;
  readonly until: EventPosition;
}

const FIRST_INSTANT = -(2n ** 63n);
const LAST_INSTANT = 2n ** 63n - 1n;
/** Sorts after each id: no event has it (RFC 9562, 5.10). */
const LAST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/** Returns the range given by the times and the cursor of a request. */
export function rangeOf({ filter, order, after }: Omit<PageRequest, 'limit'>): EventRange {
  const first = beforeAllAt(filter.start ?? FIRST_INSTANT);
  const last = afterAllAt(filter.end ?? LAST_INSTANT);
  if (order === 'asc') return { after: after && comparePositions(after, first) > 0 ? after : first, until: last };
  return { after: after && comparePositions(after, last) < 0 ? after : last, until: first };
}

/** Returns the position before all events of an instant. */
export function beforeAllAt(epochNanoseconds: EpochNanoseconds): EventPosition {
  return { epochNanoseconds, id: '' }; // no bytes sort before each id
}

/** Returns the position after all events of an instant. */
export function afterAllAt(epochNanoseconds: EpochNanoseconds): EventPosition {
  return { epochNanoseconds, id: LAST_ID };
}

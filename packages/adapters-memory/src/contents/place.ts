import type { Event } from '@event-tracker/core';
import { compareTimestamps, type EventPosition, formatTimestamp } from '@event-tracker/core/store';

/**
 * A place in the total order as events themselves tell it: a canonical timestamp and an id. To compare such texts is
 * quicker than to work out numbers, and to keep a number for each event would take memory.
 */
export type Place = Pick<Event, 'timestamp' | 'id'>;

/** Compares two places in the total order, ascending, as `comparePositions` of core does. */
export function comparePlaces(a: Place, b: Place): number {
  const byTime = compareTimestamps(a.timestamp, b.timestamp);
  if (byTime !== 0 || a.id === b.id) return byTime;
  return a.id < b.id ? -1 : 1;
}

export function placeOf({ epochNanoseconds, id }: EventPosition): Place {
  return { timestamp: formatTimestamp(epochNanoseconds), id };
}

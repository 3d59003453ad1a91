import type { Event } from '@event-tracker/core';
import { compareTimestamps, type EventPosition, formatTimestamp } from '@event-tracker/core/store';

/**
 * A position in the total order as a canonical timestamp and an id. Comparing canonical timestamps is faster than parsing
 * them, and storing a parsed timestamp with each event would need memory.
 */
export type SortKey = Pick<Event, 'timestamp' | 'id'>;

/** Compares two sort keys in ascending order, consistent with `comparePositions` of core. */
export function compareSortKeys(a: SortKey, b: SortKey): number {
  const byTime = compareTimestamps(a.timestamp, b.timestamp);
  if (byTime !== 0 || a.id === b.id) return byTime;
  return a.id < b.id ? -1 : 1;
}

export function sortKeyOf({ epochNanoseconds, id }: EventPosition): SortKey {
  return { timestamp: formatTimestamp(epochNanoseconds), id };
}

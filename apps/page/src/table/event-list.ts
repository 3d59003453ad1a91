import type { Event } from '@event-tracker/core';

/** Compares the newest event first, as `order=desc` of the API does. */
function compareNewestFirst(one: Event, other: Event): number {
  const [oneTime, otherTime] = [sortableTime(one.timestamp), sortableTime(other.timestamp)];
  if (oneTime !== otherTime) return oneTime < otherTime ? 1 : -1;
  return one.id < other.id ? 1 : one.id > other.id ? -1 : 0;
}

/** Returns a normalized timestamp as text that sorts by time: without Z, whose place in the order depends on the fraction. */
function sortableTime(timestamp: string): string {
  return timestamp.slice(0, -1);
}

/**
 * Returns a list, newest first, with arrived events in their places. Events that the list has already are left out, and those
 * older than its last event too, unless the list is complete: a later page contains them.
 */
export function insertArrived(
  list: readonly Event[],
  arrived: readonly Event[],
  isComplete: boolean,
): readonly Event[] {
  const known = new Set(list.map(({ id }) => id));
  const last = list.at(-1);
  const added = arrived
    .filter(({ id }) => !known.has(id) && known.add(id))
    .filter((event) => isComplete || !last || compareNewestFirst(event, last) < 0)
    .sort(compareNewestFirst);
  // Usually all of them are newer than the whole list: only the part of the list that they mix with is sorted.
  const mixed = firstOlderThan(list, added.at(-1));
  return [...list.slice(0, mixed), ...added].sort(compareNewestFirst).concat(list.slice(mixed));
}

/** Returns the index of the first event of a list that is older than another event. */
function firstOlderThan(list: readonly Event[], event: Event | undefined): number {
  let [low, high] = [0, event ? list.length : 0];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const candidate = list[middle];
    if (event && candidate && compareNewestFirst(candidate, event) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

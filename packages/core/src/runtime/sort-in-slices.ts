import type { CancelSignal } from './abort.ts';
import { beginTimeSlice, type TimeSlice } from './event-loop.ts';

/** Number of items that are sorted in one step. */
const RUN_LENGTH = 1_024;
/** The clock is read after this number of items. */
const ITEMS_PER_LOOK = 256;

type Compare<T> = (a: T, b: T) => number;

/**
 * Like `Array.prototype.toSorted`, but yields to the event loop between time slices: sorts short runs, and merges them.
 *
 * @param signal ends the work between two slices
 */
export async function sortInSlices<T>(
  items: readonly T[],
  compare: Compare<T>,
  signal?: CancelSignal,
): Promise<readonly T[]> {
  const slice = beginTimeSlice({ signal });
  let runs: (readonly T[])[] = [];
  for (let start = 0; start < items.length; start += RUN_LENGTH) {
    runs.push(items.slice(start, start + RUN_LENGTH).sort(compare));
    if (slice.isOver()) await slice.next();
  }
  while (runs.length > 1) {
    const merged: (readonly T[])[] = [];
    for (let i = 0; i < runs.length; i += 2) merged.push(await merge(runs[i] ?? [], runs[i + 1] ?? [], compare, slice));
    runs = merged;
  }
  return runs[0] ?? [];
}

/** Merges two sorted lists. Of equal items, those of the first list come first. */
async function merge<T>(
  first: readonly T[],
  second: readonly T[],
  compare: Compare<T>,
  slice: TimeSlice,
): Promise<readonly T[]> {
  const merged: T[] = [];
  let [i, j] = [0, 0];
  while (i < first.length && j < second.length) {
    merged.push((compare(second[j] as T, first[i] as T) < 0 ? second[j++] : first[i++]) as T); // both indexes exist
    if (merged.length % ITEMS_PER_LOOK === 0 && slice.isOver()) await slice.next();
  }
  return merged.concat(first.slice(i), second.slice(j));
}

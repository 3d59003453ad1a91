import { beginTimeSlice, type TimeSliceOptions } from './event-loop.ts';

/** The clock is read after this number of items. */
const ITEMS_PER_LOOK = 32;

/** More items are long work. */
const MAX_SHORT = 128;

/**
 * Like `Array.prototype.map`, but yields to the event loop between time slices. Long work waits for its first slice
 * as well: otherwise the results of hundreds of reads, which can arrive in one turn, would be mapped in that turn.
 */
export async function mapInSlices<T, U>(
  items: readonly T[],
  map: (item: T) => U,
  options?: TimeSliceOptions,
): Promise<U[]> {
  const mapped: U[] = [];
  const slice = beginTimeSlice(options);
  if (items.length > MAX_SHORT) await slice.next();
  for (const item of items) {
    if (mapped.length % ITEMS_PER_LOOK === 0 && slice.isOver()) await slice.next();
    mapped.push(map(item));
  }
  return mapped;
}

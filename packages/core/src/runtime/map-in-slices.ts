import { beginTimeSlice, type TimeSliceOptions } from './event-loop.ts';

/** The clock is read after this number of items. */
const ITEMS_PER_LOOK = 32;

/** Like `Array.prototype.map`, but yields to the event loop between time slices. */
export async function mapInSlices<T, U>(
  items: readonly T[],
  map: (item: T) => U,
  options?: TimeSliceOptions,
): Promise<U[]> {
  const mapped: U[] = [];
  const slice = beginTimeSlice(options);
  for (const item of items) {
    mapped.push(map(item));
    if (mapped.length % ITEMS_PER_LOOK === 0 && slice.isOver()) await slice.next();
  }
  return mapped;
}

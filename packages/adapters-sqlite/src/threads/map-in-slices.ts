import { beginTimeSlice } from '@event-tracker/core/store';

/** Between two looks at the clock: small work, such as an event, many times. */
const ITEMS_PER_LOOK = 32;

/** `Array.prototype.map`, in slices that let the rest of the process run in between. */
export async function mapInSlices<T, U>(items: readonly T[], map: (item: T) => U): Promise<U[]> {
  const mapped: U[] = [];
  const slice = beginTimeSlice();
  for (const item of items) {
    mapped.push(map(item));
    if (mapped.length % ITEMS_PER_LOOK === 0 && slice.isOver()) await slice.next();
  }
  return mapped;
}

/** The same for each item of some batches. */
export async function mapBatchesInSlices<T, U>(
  batches: readonly (readonly T[])[],
  map: (item: T) => U,
): Promise<readonly (readonly U[])[]> {
  const mapped = await mapInSlices(batches.flat(), map);
  let end = 0;
  return batches.map(({ length }) => {
    end += length;
    return mapped.slice(end - length, end);
  });
}

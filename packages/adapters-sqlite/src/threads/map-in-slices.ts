import { beginTimeSlice } from '@event-tracker/core/store';

/** The clock is read after this number of items. */
const ITEMS_PER_LOOK = 32;

/** Like `Array.prototype.map`, but yields to the event loop between time slices. */
export async function mapInSlices<T, U>(items: readonly T[], map: (item: T) => U): Promise<U[]> {
  const mapped: U[] = [];
  const slice = beginTimeSlice();
  for (const item of items) {
    mapped.push(map(item));
    if (mapped.length % ITEMS_PER_LOOK === 0 && slice.isOver()) await slice.next();
  }
  return mapped;
}

/** Maps each item of each batch, like `mapInSlices`. */
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

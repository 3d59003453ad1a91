import { mapInSlices } from '@event-tracker/core/store';

/** Maps each item of each batch, like `mapInSlices`, for a group commit. */
export async function mapBatchesInSlices<T, U>(
  batches: readonly (readonly T[])[],
  map: (item: T) => U,
): Promise<readonly (readonly U[])[]> {
  const mapped = await mapInSlices(batches.flat(), map, { isUrgent: true });
  let end = 0;
  return batches.map(({ length }) => {
    end += length;
    return mapped.slice(end - length, end);
  });
}

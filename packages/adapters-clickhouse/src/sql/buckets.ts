import type { EpochNanoseconds } from '@event-tracker/core/store';
import { instant } from './filter-sql.ts';
import { text } from './literal.ts';

/** Time buckets in SQL. */
export interface Buckets {
  /** An expression for the bucket of a row that is not before the first bucket. */
  readonly sql: string;
  /** Returns the index of the bucket from the value of `sql`. */
  indexOf(bucket: string): number;
}

/** Returns the buckets that begin at the boundaries. Without boundaries, there is one bucket. */
export function bucketsOf(boundaries: readonly EpochNanoseconds[] = []): Buckets {
  const [first, second] = boundaries;
  if (first === undefined || second === undefined) return { sql: 'toUInt64(0)', indexOf: () => 0 };
  const step = second - first;
  const isEven = boundaries.every((boundary, index) => boundary === first + BigInt(index) * step);
  return isEven ? evenBuckets(first, step, boundaries.length) : unevenBuckets(boundaries);
}

/** For equal buckets: a division is much faster than a search. The unsigned difference cannot overflow. */
function evenBuckets(first: EpochNanoseconds, step: bigint, count: number): Buckets {
  const index = `intDiv(toUInt64(epoch_nanoseconds - ${instant(first)}), toUInt64(${step}))`;
  return { sql: `least(${index}, toUInt64(${count - 1}))`, indexOf: Number };
}

function unevenBuckets(boundaries: readonly EpochNanoseconds[]): Buckets {
  const indexes = new Map(boundaries.map((boundary, index) => [String(boundary), index]));
  return {
    sql: `roundDown(epoch_nanoseconds, CAST(${text(`[${boundaries.join(',')}]`)}, 'Array(Int64)'))`,
    indexOf: (bucket) => indexes.get(bucket) ?? 0,
  };
}

import type { EpochNanoseconds } from '@event-tracker/core/store';
import { instant } from './filter-sql.ts';
import { text } from './literal.ts';

/** Buckets of time in SQL. */
export interface Buckets {
  /** What tells the bucket of a row that is not before the first. */
  readonly sql: string;
  /** The index of the bucket that was told. */
  indexOf(bucket: string): number;
}

/** The buckets that begin at some instants; without any, all of time is one. */
export function bucketsOf(boundaries: readonly EpochNanoseconds[] = []): Buckets {
  const [first, second] = boundaries;
  if (first === undefined || second === undefined) return { sql: 'toUInt64(0)', indexOf: () => 0 };
  const step = second - first;
  const isEven = boundaries.every((boundary, index) => boundary === first + BigInt(index) * step);
  return isEven ? evenBuckets(first, step, boundaries.length) : unevenBuckets(boundaries);
}

/** A division takes a fraction of the time of a search. Beyond all of time, the difference is right without its sign. */
function evenBuckets(first: EpochNanoseconds, step: bigint, count: number): Buckets {
  const place = `intDiv(toUInt64(epoch_nanoseconds - ${instant(first)}), toUInt64(${step}))`;
  return { sql: `least(${place}, toUInt64(${count - 1}))`, indexOf: Number };
}

function unevenBuckets(boundaries: readonly EpochNanoseconds[]): Buckets {
  const indexes = new Map(boundaries.map((boundary, index) => [String(boundary), index]));
  return {
    sql: `roundDown(epoch_nanoseconds, CAST(${text(`[${boundaries.join(',')}]`)}, 'Array(Int64)'))`,
    indexOf: (bucket) => indexes.get(bucket) ?? 0,
  };
}

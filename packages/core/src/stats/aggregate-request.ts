import type { EpochNanoseconds } from '../event/timestamp.ts';
import type { EventFilter } from '../query/event-filter.ts';
import type { JsonScalar } from '../query/payload-condition.ts';
import type { PayloadPath } from '../query/payload-path.ts';

/** What to compute for all events that match a filter. `aggregateEvents` defines its meaning. */
export interface AggregateRequest {
  readonly filter: EventFilter;
  /** What to compute for each cell, at least one. The first metric also ranks the groups. */
  readonly metrics: readonly Metric[];
  /**
   * The start of each time bucket: strictly ascending, at least one. A bucket ends before the next one starts; the last one
   * never ends. Events before the first boundary are ignored. Default: one bucket for all of time.
   */
  readonly boundaries?: readonly EpochNanoseconds[] | undefined;
  /** Divides events into groups. Default: all events are in one group, null. */
  readonly groupBy?: GroupBy | undefined;
  /**
   * The number of groups to keep, at least 1: those with the greatest value of the first metric over all buckets, null being
   * the least; ties by `compareGroups`. The events of all other groups form the rest, in which each event counts once.
   * Default: all groups are kept.
   */
  readonly top?: number | undefined;
}

/** A number about the events of a cell. */
export type Metric =
  /** The number of events. */
  | { readonly kind: 'count' }
  /** The instant of the earliest or the latest event, in nanoseconds. */
  | { readonly kind: 'first' | 'last' }
  /** The number of different scalars at the path, by JSON type and value, without null. */
  | { readonly kind: 'unique'; readonly path: PayloadPath }
  /**
   * Of all numbers at the path. If there are none, the sum is 0 and the others are null. If the sum exceeds the range of a
   * double, sum and average are null.
   */
  | { readonly kind: 'sum' | 'avg' | 'min' | 'max'; readonly path: PayloadPath }
  /**
   * A percentile of all numbers at the path, by nearest rank: the least number such that at least 50, 90, 95 or 99 percent of
   * the numbers are less or equal. Null if there are none.
   */
  | { readonly kind: (typeof PERCENTILES)[number]; readonly path: PayloadPath };

export const PERCENTILES = ['p50', 'p90', 'p95', 'p99'] as const;

/**
 * The event's type, or the scalars at a path of its payload. In the latter case, an event is in one group for each different
 * scalar, by JSON type and value, and in the group null if there is no scalar.
 */
export type GroupBy = 'event_type' | PayloadPath;

/** The value of a metric: nanoseconds as a bigint, everything else as a number. */
export type AggregateValue = number | bigint | null;

/** The events of one group in one bucket. */
export interface AggregateCell {
  /** Index of the bucket's boundary; 0 if there are no boundaries. */
  readonly bucket: number;
  /** The common type or scalar of the events; null for the rest. */
  readonly group: JsonScalar;
  /** True if these are the events of all groups that `top` excludes. */
  readonly isRest: boolean;
  /** One value for each metric of the request, in the same order. */
  readonly values: readonly AggregateValue[];
}

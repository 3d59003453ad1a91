import type { EpochNanoseconds } from '../event/timestamp.ts';
import type { EventFilter } from '../query/event-filter.ts';
import type { JsonScalar } from '../query/payload-condition.ts';
import type { PayloadPath } from '../query/payload-path.ts';

/** What to work out about all events that match a filter. `aggregateEvents` is what it means. */
export interface AggregateRequest {
  readonly filter: EventFilter;
  /** What to work out for each cell, at least one; the first also ranks the groups. */
  readonly metrics: readonly Metric[];
  /**
   * Where each bucket of time starts: strictly ascending, at least one. A bucket ends before the next one starts, the
   * last one never; events before the first are left out altogether. Absent, all of time is one bucket.
   */
  readonly boundaries?: readonly EpochNanoseconds[] | undefined;
  /** What puts events into groups; absent, all are in one, called null. */
  readonly groupBy?: GroupBy | undefined;
  /**
   * Keeps so many groups, at least 1: those where the first metric, over all buckets, has the greatest value, null being
   * the least, and of equals the first by `compareGroups`. All events that are in any other group are worked out anew as
   * the rest, each counting once. Absent, all groups are kept.
   */
  readonly top?: number | undefined;
}

/** A number about the events of a cell. */
export type Metric =
  /** How many they are. */
  | { readonly kind: 'count' }
  /** When the earliest or the latest of them happened, in nanoseconds. */
  | { readonly kind: 'first' | 'last' }
  /** How many different scalars stand at the path, by JSON type and value; null is none. */
  | { readonly kind: 'unique'; readonly path: PayloadPath }
  /**
   * Over all numbers that stand at the path; where there are none, the sum is 0 and the others are null. Where the sum is
   * beyond what a double holds, sum and average are null.
   */
  | { readonly kind: 'sum' | 'avg' | 'min' | 'max'; readonly path: PayloadPath };

/**
 * The event's type; or the scalars at a path of its payload, where the event is in one group for each that is different,
 * by JSON type and value, and in the group null where there is none.
 */
export type GroupBy = 'event_type' | PayloadPath;

/** What a metric comes to: nanoseconds as a bigint, everything else as a number. */
export type AggregateValue = number | bigint | null;

/** The events of one group in one bucket. */
export interface AggregateCell {
  /** Index of the bucket's boundary; 0 where there are no boundaries. */
  readonly bucket: number;
  /** What the events have in common; null for the rest. */
  readonly group: JsonScalar;
  /** Whether these are the events of all the groups beyond `top`. */
  readonly isRest: boolean;
  /** One for each metric of the request, in that order. */
  readonly values: readonly AggregateValue[];
}

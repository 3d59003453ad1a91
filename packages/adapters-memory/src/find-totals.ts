import type { Event } from '@event-tracker/core';
import {
  type AggregateRequest,
  bucketEdges,
  type EpochNanoseconds,
  epochNanosecondsOf,
  formatTimestamp,
  needsOnlyTotals,
  type Totals,
} from '@event-tracker/core/store';
import type { Contents } from './contents/contents.ts';
import type { PositionIndex } from './contents/position-index.ts';
import type { SortKey } from './contents/sort-key.ts';

/** Limits the time without a turn of the event loop. A lookup needs less than a microsecond. */
const MAX_LOOKUPS = 20_000;

/**
 * Counts events by their positions in the indexes, without reading them. For a million events, this needs milliseconds
 * instead of a second.
 *
 * @returns undefined if the request requires reading events, or if a writer has added events that are not committed
 */
export function findTotals(
  contents: Contents,
  request: AggregateRequest,
  committed: number,
): readonly Totals[] | undefined {
  if (!needsOnlyTotals(request) || contents.newest > committed) return undefined;
  const keys = bucketEdges(request).map(keyBefore);
  const hasInstants = request.metrics.some(({ kind }) => kind !== 'count');
  const totals: Totals[] = [];
  let lookups = 0;
  for (const { event_type, index } of indexesFor(contents, request)) {
    lookups += keys.length;
    if (lookups > MAX_LOOKUPS) return undefined;
    for (const [bucket, count] of countBuckets(index, keys)) {
      const instants = hasInstants ? instantsOf(index, keys[bucket] as SortKey, keys[bucket + 1] as SortKey) : {};
      totals.push({ bucket, event_type, count, ...instants });
    }
  }
  return totals;
}

function* indexesFor(
  contents: Contents,
  { filter, groupBy }: AggregateRequest,
): Generator<{ readonly event_type?: string; readonly index: PositionIndex }, void, void> {
  const isAnyType = filter.event_type === undefined && filter.event_type_prefix === undefined;
  if (groupBy === undefined && isAnyType) return yield { index: contents.all };
  for (const [event_type, index] of contents.indexesByType(filter))
    yield groupBy === undefined ? { index } : { event_type, index };
}

/** Yields the buckets that have events, with their number. */
function* countBuckets(
  index: PositionIndex,
  keys: readonly SortKey[],
): Generator<readonly [number, number], void, void> {
  const before = index.countBefore(keys);
  for (let bucket = 0; bucket + 1 < keys.length; bucket++) {
    const count = (before[bucket + 1] as number) - (before[bucket] as number);
    if (count > 0) yield [bucket, count];
  }
}

function instantsOf(index: PositionIndex, from: SortKey, to: SortKey): Pick<Totals, 'first' | 'last'> {
  const [first] = index.walk('asc', { after: from, before: to });
  const [last] = index.walk('desc', { after: to, before: from });
  const instantAt = (event: Event | undefined) => event && epochNanosecondsOf(event.timestamp);
  return { first: instantAt(first?.chunk.events[first.from]), last: instantAt(last?.chunk.events[last.from]) };
}

/** Returns a key before all events of an instant. */
function keyBefore(instant: EpochNanoseconds): SortKey {
  return { timestamp: formatTimestamp(instant), id: '' };
}

import {
  type AggregateRequest,
  beginTimeSlice,
  bucketEdges,
  type EpochNanoseconds,
  needsOnlyTotals,
  type TimeSlice,
  type Totals,
} from '@event-tracker/core/store';
import type { Database } from '../database/database.ts';
import { areTotalsComplete } from '../totals/fill-totals.ts';
import { divideRange } from '../totals/hour.ts';
import type { InstantRange } from '../totals/instant-range.ts';
import { findTypes, isAnyType } from './find-types.ts';
import { createIndexCounter, createTotalsCounter, type RangeCounter } from './range-counter.ts';
import { COUNT_SEQUENCES } from './select-events.ts';

/*
 * What counting costs, compared with reading an event in a scan. A sum of totals costs 1.
 */
const INDEX_LOOKUP = 20;
const EVENT_IN_INDEX = 0.1;

/** Maximum number of types to count separately. They are found without a break. */
const MAX_COUNTED_TYPES = 1_000;

/** A request and what is computed from it once. */
interface Work {
  readonly database: Database;
  readonly request: AggregateRequest;
  /** The range of each bucket. */
  readonly ranges: readonly InstantRange[];
  readonly hasInstants: boolean;
  readonly slice: TimeSlice;
}

/**
 * Counts events in the totals of whole hours and in the indexes, without reading them. The connection must be in a transaction.
 *
 * @returns undefined if the request requires reading events, or if that costs less
 * @throws the reason of the signal
 */
export async function findTotals(
  database: Database,
  request: AggregateRequest,
  signal: AbortSignal,
): Promise<readonly Totals[] | undefined> {
  if (!needsOnlyTotals(request)) return undefined;
  const ranges = rangesOf(request);
  const hasInstants = request.metrics.some(({ kind }) => kind !== 'count');
  const slice = beginTimeSlice({ signal });
  const counters = createCounters({ database, request, ranges, hasInstants, slice });
  if (!counters) return undefined;
  const totals: Totals[] = [];
  for (const [type, counter] of counters) {
    const event_type = request.groupBy === undefined ? undefined : type;
    for (const [bucket, range] of ranges.entries()) {
      const count = await counter.count(range);
      if (count > 0) totals.push({ bucket, event_type, count, ...(hasInstants && counter.instantsOf(range)) });
      if (slice.isOver()) await slice.next();
    }
  }
  return totals;
}

function rangesOf(request: AggregateRequest): readonly InstantRange[] {
  const edges = bucketEdges(request);
  return edges.slice(1).map((behind, bucket) => ({ from: edges[bucket] as EpochNanoseconds, behind }));
}

/** Counters of all events of a request, by type; undefined stands for all types. */
type Counters = ReadonlyMap<string | undefined, RangeCounter>;

/** Returns the counters that cost the least; undefined if a scan costs less. */
function createCounters(work: Work): Counters | undefined {
  const [sequences] = work.database.statement(COUNT_SEQUENCES).get() as unknown as [bigint];
  const events = Number(sequences);
  const plans = [planTotals(work), planIndex(work, events)].filter((plan) => plan !== undefined);
  const [best] = plans.sort((a, b) => a.cost - b.cost);
  return best && best.cost <= events ? best.createCounters() : undefined;
}

interface Plan {
  readonly cost: number;
  readonly createCounters: () => Counters;
}

function planTotals(work: Work): Plan | undefined {
  const { database, ranges, slice } = work;
  const types = areTotalsComplete(database) ? findCountedTypes(work) : undefined;
  if (!types) return undefined;
  const costs = ranges.map((range) => {
    const { hours, edges } = divideRange(range);
    return Number(hours !== undefined) + (edges.length + instantLookups(work)) * INDEX_LOOKUP;
  });
  return {
    cost: types.length * costs.reduce((sum, cost) => sum + cost, 0),
    createCounters: () => new Map(types.map((type) => [type, createTotalsCounter(database, type, slice)])),
  };
}

function planIndex(work: Work, events: number): Plan | undefined {
  const { database, request, ranges, slice } = work;
  const isTogether = request.groupBy === undefined && isAnyType(request.filter);
  const types = isTogether ? [undefined] : findCountedTypes(work);
  if (!types) return undefined;
  const lookups = types.length * ranges.length * (1 + instantLookups(work));
  return {
    cost: lookups * INDEX_LOOKUP + events * EVENT_IN_INDEX,
    createCounters: () => new Map(types.map((type) => [type, createIndexCounter(database, type, slice)])),
  };
}

function findCountedTypes({ database, request: { filter } }: Work): readonly string[] | undefined {
  return findTypes(database, isAnyType(filter) ? { event_type_prefix: [''] } : filter, MAX_COUNTED_TYPES);
}

function instantLookups({ hasInstants }: Work): number {
  return hasInstants ? 2 : 0;
}

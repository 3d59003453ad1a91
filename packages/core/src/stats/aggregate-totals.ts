import type { EpochNanoseconds } from '../event/timestamp.ts';
import { needsPayload } from '../query/event-filter.ts';
import { compareRanks } from './aggregate-events.ts';
import type { AggregateCell, AggregateRequest, AggregateValue } from './aggregate-request.ts';

/** What an index stores about the events of one type in one bucket. */
export interface Totals {
  /** Index of the bucket's boundary; 0 if there are no boundaries. */
  readonly bucket: number;
  /** Undefined if the request does not group by type. */
  readonly event_type?: string | undefined;
  /** At least 1. */
  readonly count: number;
  /** The instants of the earliest and the latest event. Required only if the request has these metrics. */
  readonly first?: bigint | undefined;
  readonly last?: bigint | undefined;
}

/** True if an aggregate requires only types and times: `aggregateTotals` can then compute it without reading events. */
export function needsOnlyTotals({ filter, metrics, groupBy }: AggregateRequest): boolean {
  return (
    !needsPayload(filter) &&
    (groupBy === undefined || groupBy === 'event_type') &&
    metrics.every(({ kind }) => kind === 'count' || kind === 'first' || kind === 'last')
  );
}

/**
 * Returns the instants at which the buckets begin, within the range of the filter, and the instant before which the last one
 * ends. In ascending order; a bucket outside the range ends where it begins.
 */
export function bucketEdges({ filter, boundaries }: AggregateRequest): readonly EpochNanoseconds[] {
  const { start = BEFORE_ALL_INSTANTS, end } = filter;
  const behind = end === undefined ? AFTER_ALL_INSTANTS : end + 1n;
  const within = (instant: EpochNanoseconds): EpochNanoseconds => {
    if (instant >= behind || start >= behind) return behind;
    return instant < start ? start : instant;
  };
  return [...(boundaries ?? [start]).map(within), behind];
}

const BEFORE_ALL_INSTANTS = -(2n ** 63n);
const AFTER_ALL_INSTANTS = 2n ** 63n;

/** Returns the cells that `aggregateEvents` returns for the events of the totals. */
export function aggregateTotals(totals: readonly Totals[], request: AggregateRequest): readonly AggregateCell[] {
  const { metrics, top } = request;
  const kept = top === undefined ? undefined : findTopTypes(totals, request, top);
  const cells = Map.groupBy(totals, ({ bucket, event_type = '' }) =>
    kept && !kept.has(event_type) ? `${bucket} rest` : `${bucket} type ${event_type}`,
  );
  return [...cells.values()].map((ofCell) => {
    const [{ bucket, event_type = null } = { bucket: 0 }] = ofCell;
    const isRest = event_type !== null && kept?.has(event_type) === false;
    const values = metrics.map(({ kind }) => totalOf(ofCell, kind));
    return { bucket, group: isRest ? null : event_type, isRest, values };
  });
}

/** Returns the types to keep, or undefined to keep all types. */
function findTopTypes(
  totals: readonly Totals[],
  { metrics, groupBy }: AggregateRequest,
  top: number,
): ReadonlySet<string> | undefined {
  const ofTypes = Map.groupBy(totals, ({ event_type = '' }) => event_type);
  if (groupBy === undefined || ofTypes.size <= top) return undefined;
  const ranked = [...ofTypes].map(([group, ofType]) => ({ group, values: [totalOf(ofType, metrics[0]?.kind)] }));
  return new Set(
    ranked
      .sort(compareRanks)
      .slice(0, top)
      .map(({ group }) => group),
  );
}

function totalOf(totals: readonly Totals[], kind: string | undefined): AggregateValue {
  switch (kind) {
    case 'first':
      return least(totals.map(({ first = null }) => first));
    case 'last':
      return greatest(totals.map(({ last = null }) => last));
    default:
      return totals.reduce((sum, { count }) => sum + count, 0);
  }
}

function least(instants: readonly (bigint | null)[]): bigint | null {
  return instants.reduce((a, b) => (a === null || (b !== null && b < a) ? b : a));
}

function greatest(instants: readonly (bigint | null)[]): bigint | null {
  return instants.reduce((a, b) => (a === null || (b !== null && b > a) ? b : a));
}

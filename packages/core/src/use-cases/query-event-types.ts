import { formatTimestamp } from '../event/timestamp.ts';
import { compareCodePoints } from '../query/compare-code-points.ts';
import { mapInSlices } from '../runtime/map-in-slices.ts';
import { sortInSlices } from '../runtime/sort-in-slices.ts';
import type { AggregateCell, Metric } from '../stats/aggregate-request.ts';
import type { EventStorePort, StoreReadOptions } from '../store/event-store-port.ts';

/** An event type and a summary of its events. */
export interface EventTypeSummary {
  readonly event_type: string;
  readonly count: number;
  /** Timestamp of the earliest event. */
  readonly first: string;
  /** Timestamp of the latest event. */
  readonly last: string;
}

const METRICS: readonly Metric[] = [{ kind: 'count' }, { kind: 'first' }, { kind: 'last' }];

/**
 * Returns all types of stored events.
 *
 * @returns a summary of each type, ordered by type (by code point)
 * @throws the store's errors
 */
export async function queryEventTypes(
  { store }: { readonly store: EventStorePort },
  options?: StoreReadOptions,
): Promise<readonly EventTypeSummary[]> {
  const cells = await store.aggregate({ filter: {}, metrics: METRICS, groupBy: 'event_type' }, options);
  // There can be hundreds of thousands, which the slower comparison needs a second for.
  const compare = cells.some((cell) => SURROGATE.test(typeOf(cell))) ? compareCodePoints : compareUnits;
  const sorted = await sortInSlices(cells, (a, b) => compare(typeOf(a), typeOf(b)), options?.signal);
  return mapInSlices(sorted, toSummary, { signal: options?.signal });
}

/** Without surrogates, the order of UTF-16 units is that of code points. */
const SURROGATE = /[\ud800-\udfff]/;

function compareUnits(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function typeOf({ group }: AggregateCell): string {
  return group as string; // the cells are grouped by type
}

function toSummary(cell: AggregateCell): EventTypeSummary {
  const instantOf = (value: unknown): string => formatTimestamp(BigInt(value as bigint));
  const [count, first, last] = cell.values;
  return { event_type: typeOf(cell), count: Number(count), first: instantOf(first), last: instantOf(last) };
}

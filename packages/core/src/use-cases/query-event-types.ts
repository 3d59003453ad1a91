import { formatTimestamp } from '../event/timestamp.ts';
import { compareCodePoints } from '../query/compare-code-points.ts';
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
  return cells.map(toSummary).sort((a, b) => compareCodePoints(a.event_type, b.event_type));
}

function toSummary({ group, values: [count, first, last] }: AggregateCell): EventTypeSummary {
  const instantOf = (value: unknown): string => formatTimestamp(BigInt(value as bigint));
  return { event_type: String(group), count: Number(count), first: instantOf(first), last: instantOf(last) };
}

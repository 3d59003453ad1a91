import { type AggregateRequest, isStorable, type Metric, needsPayload } from '@event-tracker/core/store';

/** An aggregate that reads no payloads. SQL computes the same result as core. */
export interface ColumnAggregateRequest extends AggregateRequest {
  readonly metrics: readonly ColumnMetric[];
  readonly groupBy?: 'event_type' | undefined;
}

export type ColumnMetric = Extract<Metric, { readonly kind: 'count' | 'first' | 'last' }>;

export function usesOnlyColumns(request: AggregateRequest): request is ColumnAggregateRequest {
  const { filter, metrics, groupBy } = request;
  return (
    (groupBy === undefined || groupBy === 'event_type') &&
    !needsPayload(filter) &&
    [...(filter.event_type ?? []), ...(filter.event_type_prefix ?? [])].every((type) => isStorable(type)) &&
    metrics.every(({ kind }) => kind === 'count' || kind === 'first' || kind === 'last')
  );
}

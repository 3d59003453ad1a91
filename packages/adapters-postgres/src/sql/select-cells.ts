import type { ColumnAggregateRequest, ColumnMetric } from './column-aggregate.ts';
import { rangeSql, typeSql } from './filter-sql.ts';
import { createParameters, type Parameters, type Statement } from './statement.ts';
import type { Tables } from './tables.ts';

/** The values of a bucket and a type, or of all types without a separate group. pg returns `bigint` as text. */
export interface CellRow {
  readonly bucket: number;
  readonly type: string | null;
  readonly is_rest: boolean;
  readonly count: string;
  readonly first: string;
  readonly last: string;
}

const METRICS: Readonly<Record<ColumnMetric['kind'], string>> = {
  count: 'count(*)',
  first: 'min(epoch_nanoseconds)',
  last: 'max(epoch_nanoseconds)',
};

/** Computes the metrics of each bucket and type. If `kept` is given, other types share one group. */
export function selectCells(
  { events }: Tables,
  request: ColumnAggregateRequest,
  kept: readonly string[] | undefined,
): Statement {
  const parameters = createParameters();
  const { boundaries, groupBy } = request;
  // The number of boundaries that are not later.
  const bucket = boundaries
    ? `width_bucket(epoch_nanoseconds, ${parameters.add(boundaries.map(String))}::bigint[]) - 1`
    : '0';
  const isKept = kept ? `event_type = ANY (${parameters.add(kept)}::text[])` : 'true';
  const type = groupBy === undefined ? 'NULL::text' : `CASE WHEN ${isKept} THEN event_type END`;
  const metrics = Object.entries(METRICS).map(([name, sql]) => `${sql} AS ${name}`);
  const text = `
    SELECT ${bucket} AS bucket, ${type} AS type, NOT (${isKept}) AS is_rest, ${metrics.join(', ')}
    FROM ${events}
    WHERE ${whereSql(request, parameters)}
    GROUP BY 1, 2, 3`;
  return { text, values: parameters.values };
}

/** Selects the types with the greatest values of the first metric. */
export function selectTopTypes({ events }: Tables, request: ColumnAggregateRequest, limit: number): Statement {
  const parameters = createParameters();
  const rankedBy = METRICS[request.metrics[0]?.kind ?? 'count'];
  const text = `
    SELECT event_type FROM ${events}
    WHERE ${whereSql(request, parameters)}
    GROUP BY event_type
    ORDER BY ${rankedBy} DESC, event_type
    LIMIT ${parameters.add(limit)}`;
  return { text, values: parameters.values };
}

function whereSql({ filter, boundaries }: ColumnAggregateRequest, parameters: Parameters): string {
  const conditions = [typeSql(filter, parameters) ?? 'true', ...rangeSql({ filter, order: 'asc' }, parameters)];
  const [first] = boundaries ?? [];
  if (first !== undefined) conditions.push(`epoch_nanoseconds >= ${parameters.add(String(first))}::bigint`);
  return conditions.join(' AND ');
}

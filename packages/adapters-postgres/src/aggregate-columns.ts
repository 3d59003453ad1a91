import { type AggregateCell, type AggregateValue, mapInSlices } from '@event-tracker/core/store';
import type { Session } from './database/database.ts';
import type { ColumnAggregateRequest, ColumnMetric } from './sql/column-aggregate.ts';
import { type CellRow, selectCells, selectTopTypes } from './sql/select-cells.ts';
import type { Tables } from './sql/tables.ts';

/** Computes statistics of columns in PostgreSQL. */
export async function aggregateColumns(
  session: Session,
  tables: Tables,
  request: ColumnAggregateRequest,
): Promise<readonly AggregateCell[]> {
  const kept = await findKeptTypes(session, tables, request);
  const rows = await session.query<CellRow>(selectCells(tables, request, kept));
  return mapInSlices(rows, ({ bucket, type, is_rest, ...values }) => ({
    bucket,
    group: type,
    isRest: is_rest,
    values: request.metrics.map(({ kind }) => readValue(kind, values[kind])),
  }));
}

/** Returns the types that get a separate group; `undefined` if all types do. */
async function findKeptTypes(
  session: Session,
  tables: Tables,
  request: ColumnAggregateRequest,
): Promise<readonly string[] | undefined> {
  const { groupBy, top } = request;
  if (groupBy === undefined || top === undefined) return undefined;
  const rows = await session.query<{ readonly event_type: string }>(selectTopTypes(tables, request, top + 1));
  return rows.length > top ? rows.slice(0, top).map(({ event_type }) => event_type) : undefined;
}

function readValue(kind: ColumnMetric['kind'], text: string): AggregateValue {
  return kind === 'count' ? Number(text) : BigInt(text);
}

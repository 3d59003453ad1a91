import {
  type AggregateCell,
  type AggregateRequest,
  type AggregateValue,
  aggregateEvents,
  compileFilter,
  type GroupBy,
  type JsonScalar,
  type Metric,
  mapInSlices,
} from '@event-tracker/core/store';
import type { Database } from './database/database.ts';
import type { Deadline } from './database/deadline.ts';
import { bucketsOf } from './sql/buckets.ts';
import { type EventRow, toEvent } from './sql/event-row.ts';
import { filterSql } from './sql/filter-sql.ts';
import { type CellRow, selectCells } from './sql/select-cells.ts';
import { selectMatches } from './sql/select-matches.ts';
import type { Tables } from './sql/tables.ts';

/** Computes statistics of the events that match a filter: the port's `aggregate`. */
export async function aggregate(
  database: Database,
  tables: Tables,
  request: AggregateRequest,
  deadline: Deadline,
): Promise<readonly AggregateCell[]> {
  const { filter, metrics, groupBy } = request;
  if (filterSql(filter).needsRecheck) return aggregateMatches(database, tables, request, deadline);
  const buckets = bucketsOf(request.boundaries);
  const rows = await database.select<CellRow>(selectCells(tables, request, buckets), deadline);
  return mapInSlices(rows, ({ bucket, cell: [group, isRest], numbers }) => ({
    bucket: buckets.indexOf(bucket),
    group: isRest === 1 ? null : readGroup(group, groupBy),
    isRest: isRest === 1,
    values: metrics.map(({ kind }, index) => readValue(kind, numbers[index] ?? null)),
  }));
}

/** Computes statistics with core's `aggregateEvents`, for filters that core must recheck. */
function aggregateMatches(
  database: Database,
  tables: Tables,
  request: AggregateRequest,
  deadline: Deadline,
): Promise<readonly AggregateCell[]> {
  const matches = compileFilter(request.filter);
  return aggregateEvents(
    async (visit) => {
      for await (const rows of database.stream<EventRow>(selectMatches(tables, request.filter), deadline)) {
        for (const row of rows) {
          const event = toEvent(row);
          if (matches(event)) visit(event, BigInt(row.epoch_nanoseconds));
        }
      }
    },
    request,
    deadline.signal,
  );
}

function readGroup(group: string, groupBy: GroupBy | undefined): JsonScalar {
  return groupBy === 'event_type' ? group : (JSON.parse(group) as JsonScalar);
}

function readValue(kind: Metric['kind'], value: string | number | null): AggregateValue {
  if (value === null) return null;
  return kind === 'first' || kind === 'last' ? BigInt(value) : Number(value);
}

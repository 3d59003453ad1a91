import type { AggregateCell, AggregateRequest, CancelSignal } from '@event-tracker/core/store';
import { aggregateColumns } from './aggregate-columns.ts';
import { aggregatePayloads } from './aggregate-payloads.ts';
import { type Database, inSnapshot } from './database/database.ts';
import { usesOnlyColumns } from './sql/column-aggregate.ts';
import type { Tables } from './sql/tables.ts';

/** Computes statistics of the events that match a filter: the port's `aggregate`. */
export function aggregate(
  database: Database,
  tables: Tables,
  request: AggregateRequest,
  signal: CancelSignal | undefined,
): Promise<readonly AggregateCell[]> {
  return database.run(
    (session) =>
      inSnapshot(session, () =>
        usesOnlyColumns(request)
          ? aggregateColumns(session, tables, request)
          : aggregatePayloads(session, tables, request, signal),
      ),
    signal,
  );
}

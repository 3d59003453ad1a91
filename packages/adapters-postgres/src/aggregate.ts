import type { AggregateCell, AggregateRequest } from '@event-tracker/core/store';
import { aggregateColumns } from './aggregate-columns.ts';
import { aggregatePayloads } from './aggregate-payloads.ts';
import { type Database, inSnapshot } from './database/database.ts';
import { isAboutColumns } from './sql/column-aggregate.ts';
import type { Tables } from './sql/tables.ts';

/** Works out numbers about all events that match: the port's `aggregate`. */
export function aggregate(
  database: Database,
  tables: Tables,
  request: AggregateRequest,
): Promise<readonly AggregateCell[]> {
  return database.run((session) =>
    inSnapshot(session, () =>
      isAboutColumns(request)
        ? aggregateColumns(session, tables, request)
        : aggregatePayloads(session, tables, request),
    ),
  );
}

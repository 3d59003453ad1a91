import type { AggregateCell, AggregateRequest } from '@event-tracker/core';
import { aggregateColumns } from './aggregate-columns.ts';
import { aggregatePayloads } from './aggregate-payloads.ts';
import { isAboutColumns } from './column-aggregate.ts';
import { type Database, inSnapshot } from './database.ts';
import type { Tables } from './tables.ts';

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

import type { JsonObject } from '@event-tracker/core';
import {
  type AggregateCell,
  type AggregateRequest,
  aggregateEvents,
  aggregateTotals,
  type EpochNanoseconds,
  type EventFilter,
  type EventVisit,
  needsPayload,
} from '@event-tracker/core/store';
import type { Database } from './database/database.ts';
import { findTotals } from './sql/find-totals.ts';
import { findTypes, isAnyType } from './sql/find-types.ts';
import { createMemberParser, PAYLOAD_TO_PARSE } from './sql/parse-members.ts';
import { scanEvents } from './sql/scan-events.ts';
import { coversAllEvents, scanTable } from './sql/scan-table.ts';
import { selectColumns } from './sql/select-events.ts';

type CountedRow = readonly [event_type: string, epochNanoseconds: EpochNanoseconds, payload?: string];

const NO_PAYLOAD: JsonObject = Object.freeze({});

/** Computes statistics: the port's `aggregate`. Counts in totals and indexes if possible, and reads payloads only if necessary. */
export async function aggregate(
  database: Database,
  request: AggregateRequest,
  signal: AbortSignal,
): Promise<readonly AggregateCell[]> {
  const totals = await findTotals(database, request, signal);
  if (totals) return aggregateTotals(totals, request);
  return aggregateEvents((visit) => scan(database, request, signal, visit), request, signal);
}

/** Visits the events that match the filter of a request. The order does not matter. */
async function scan(
  database: Database,
  request: AggregateRequest,
  signal: AbortSignal,
  visit: EventVisit,
): Promise<void> {
  const { filter } = request;
  const names = namesOf(request);
  const columns = columnsOf(request, names.length > 0);
  const parse = createMemberParser(names);
  const visitRow = ([event_type, epochNanoseconds, json]: CountedRow): false => {
    visit({ event_type, payload: json === undefined ? NO_PAYLOAD : parse(json) }, epochNanoseconds);
    return false;
  };
  const isIndexEnough = names.length === 0 && !needsPayload(filter);
  if (!isIndexEnough && coversAllEvents(database, filter)) {
    await scanTable<CountedRow>(database, { filter, columns, signal }, visitRow);
    return;
  }
  for (const part of partsOf(database, filter, isIndexEnough)) {
    const scanned = { filter: part, order: 'asc', signal } as const;
    await scanEvents<CountedRow>(database, scanned, (selection) => selectColumns(selection, columns), visitRow);
  }
}

/** Returns the names of the members of payloads that a request reads. */
function namesOf({ metrics, groupBy }: AggregateRequest): readonly string[] {
  const paths = metrics.flatMap((metric) => ('path' in metric ? [metric.path] : []));
  if (typeof groupBy === 'object') paths.push(groupBy);
  return paths.flatMap(([name]) => (name === undefined ? [] : [name]));
}

/** Returns the columns of `CountedRow`. A constant instead of a column that is not needed costs less. */
function columnsOf({ metrics, groupBy, boundaries }: AggregateRequest, withPayload: boolean): string {
  const withInstant = boundaries !== undefined || metrics.some(({ kind }) => kind === 'first' || kind === 'last');
  return [
    groupBy === 'event_type' ? 'event_type' : "''",
    withInstant ? 'epoch_nanoseconds' : '0',
    ...(withPayload ? [PAYLOAD_TO_PARSE] : []),
  ].join(', ');
}

/**
 * Splits a filter into one filter for each type if that is faster: the order of the events does not matter, so nothing is
 * merged, and without payloads the index of types and times contains every column that is read.
 */
function partsOf(database: Database, filter: EventFilter, isIndexEnough: boolean): readonly EventFilter[] {
  const types = findTypes(database, isIndexEnough && isAnyType(filter) ? { event_type_prefix: [''] } : filter);
  if (types === undefined) return [filter];
  return types.map((type) => ({ ...filter, event_type: [type], event_type_prefix: undefined }));
}

import type { JsonObject } from '@event-tracker/core';
import {
  type AggregateCell,
  type AggregateRequest,
  aggregateEvents,
  aggregateTotals,
  type EpochNanoseconds,
  type EventFilter,
  needsPayload,
  parseJsonText,
} from '@event-tracker/core/store';
import type { Database } from './database/database.ts';
import { findTotals } from './sql/find-totals.ts';
import { findTypes, isAnyType } from './sql/find-types.ts';
import { scanEvents } from './sql/scan-events.ts';
import { selectForCounting } from './sql/select-events.ts';

type CountedRow = readonly [event_type: string, epochNanoseconds: EpochNanoseconds, payload?: string];

const NO_PAYLOAD: JsonObject = Object.freeze({});

/** Computes statistics: the port's `aggregate`. Counts in the indexes if possible, and reads payloads only if necessary. */
export async function aggregate(
  database: Database,
  request: AggregateRequest,
  signal: AbortSignal,
): Promise<readonly AggregateCell[]> {
  const totals = await findTotals(database, request, signal);
  if (totals) return aggregateTotals(totals, request);
  const withPayload = readsPayload(request);
  return aggregateEvents(
    async (visit) => {
      for (const filter of partsOf(database, request.filter, withPayload)) {
        await scanEvents<CountedRow>(
          database,
          { filter, order: 'asc', signal },
          (selection) => selectForCounting(selection, withPayload),
          ([event_type, epochNanoseconds, json]) => {
            const payload = json === undefined ? NO_PAYLOAD : (parseJsonText(json) as JsonObject);
            visit({ event_type, payload }, epochNanoseconds);
            return false;
          },
        );
      }
    },
    request,
    signal,
  );
}

function readsPayload({ metrics, groupBy }: AggregateRequest): boolean {
  return typeof groupBy === 'object' || metrics.some((metric) => 'path' in metric);
}

/**
 * Splits a filter into one filter for each type if that is faster: the order of the events does not matter, so nothing is
 * merged, and without payloads the index of types and times contains every column that is read.
 */
function partsOf(database: Database, filter: EventFilter, withPayload: boolean): readonly EventFilter[] {
  const isIndexEnough = !withPayload && !needsPayload(filter);
  const types = findTypes(database, isIndexEnough && isAnyType(filter) ? { event_type_prefix: [''] } : filter);
  if (types === undefined) return [filter];
  return types.map((type) => ({ ...filter, event_type: [type], event_type_prefix: undefined }));
}

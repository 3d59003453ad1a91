import type { Event, JsonObject } from '@event-tracker/core';
import {
  type AggregateCell,
  type AggregateRequest,
  aggregateEvents,
  beginTimeSlice,
  type CancelSignal,
  compileFilter,
  type EpochNanoseconds,
  formatTimestamp,
  parseJsonText,
} from '@event-tracker/core/store';
import type { Session } from './database/database.ts';
import type { EventRow } from './sql/event-row.ts';
import { closeScan, fetchScan, openScan } from './sql/scan-events.ts';
import type { Tables } from './sql/tables.ts';

/**
 * Computes statistics of payloads with core's `aggregateEvents`, because core treats an array as its elements and SQL does
 * not. Fetches rows with a cursor, so memory use is constant.
 */
export function aggregatePayloads(
  session: Session,
  tables: Tables,
  request: AggregateRequest,
  signal: CancelSignal | undefined,
): Promise<readonly AggregateCell[]> {
  const { filter } = request;
  // The scan covers the filter's times.
  const matches = compileFilter({ ...filter, start: undefined, end: undefined });
  return aggregateEvents(
    async (visit) => {
      const slice = beginTimeSlice({ signal });
      await session.query(openScan(tables, filter));
      for await (const rows of readAhead(session)) {
        for (const row of rows) {
          if (slice.isOver()) await slice.next();
          const epochNanoseconds = BigInt(row.epoch_nanoseconds);
          const event = toScannedEvent(row, epochNanoseconds);
          if (matches(event)) visit(event, epochNanoseconds);
        }
      }
      await session.query(closeScan());
    },
    request,
    signal,
  );
}

/** Formats the timestamp lazily: it is rarely needed, and formatting it costs as much as all other members. */
function toScannedEvent({ id, event_type, payload }: EventRow, epochNanoseconds: EpochNanoseconds): Event {
  return {
    id,
    event_type,
    get timestamp() {
      return formatTimestamp(epochNanoseconds);
    },
    payload: parseJsonText(payload) as JsonObject,
  };
}

/** Yields the rows of the scan in batches. The server reads the next batch while the caller processes the current one. */
async function* readAhead(session: Session): AsyncGenerator<readonly EventRow[], void, void> {
  let next = session.query<EventRow>(fetchScan());
  for (;;) {
    const rows = await next;
    if (rows.length === 0) return;
    next = session.query<EventRow>(fetchScan());
    next.catch(() => {}); // the error is thrown when `next` is awaited
    yield rows;
  }
}

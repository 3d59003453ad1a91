import type { Event, JsonObject } from '@event-tracker/core';
import {
  type AggregateCell,
  type AggregateRequest,
  aggregateEvents,
  beginTimeSlice,
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
 * Has core work out what depends on payloads: in JSON as SQL sees it, arrays do not stand for their elements. The rows
 * come a few at a time, so that memory stays constant.
 */
export function aggregatePayloads(
  session: Session,
  tables: Tables,
  request: AggregateRequest,
): Promise<readonly AggregateCell[]> {
  const { filter } = request;
  // The scan itself keeps to the filter's time.
  const matches = compileFilter({ ...filter, start: undefined, end: undefined });
  return aggregateEvents(async (visit) => {
    const slice = beginTimeSlice();
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
  }, request);
}

/** An event of which hardly anybody wants to know the timestamp: writing it takes as long as all the rest. */
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

/** The rows of the scan, some at a time: the server reads the next ones while these are worked on. */
async function* readAhead(session: Session): AsyncGenerator<readonly EventRow[], void, void> {
  let next = session.query<EventRow>(fetchScan());
  for (;;) {
    const rows = await next;
    if (rows.length === 0) return;
    next = session.query<EventRow>(fetchScan());
    next.catch(() => {}); // told when it is waited for
    yield rows;
  }
}

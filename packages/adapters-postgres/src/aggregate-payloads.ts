import {
  type AggregateCell,
  type AggregateRequest,
  aggregateEvents,
  beginTimeSlice,
  epochNanosecondsOf,
  matchesFilter,
} from '@event-tracker/core';
import type { Session } from './database.ts';
import { type EventRow, toEvent } from './event-row.ts';
import { closeScan, fetchScan, openScan } from './scan-events.ts';
import type { Tables } from './tables.ts';

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
  return aggregateEvents(async (visit) => {
    const slice = beginTimeSlice();
    await session.query(openScan(tables, filter));
    for await (const rows of readAhead(session)) {
      for (const row of rows) {
        if (slice.isOver()) await slice.next();
        const event = toEvent(row);
        if (matchesFilter(event, filter)) visit(event, epochNanosecondsOf(event.timestamp));
      }
    }
    await session.query(closeScan());
  }, request);
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

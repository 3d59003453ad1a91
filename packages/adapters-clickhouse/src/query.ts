import type { Event } from '@event-tracker/core';
import { compileFilter, type PageRequest } from '@event-tracker/core/store';
import type { Database } from './database/database.ts';
import type { Deadline } from './database/deadline.ts';
import { type EventRow, precedes, toEvent } from './sql/event-row.ts';
import { filterSql } from './sql/filter-sql.ts';
import { selectPage } from './sql/select-page.ts';
import type { Tables } from './sql/tables.ts';

/**
 * Returns a page of events: the port's `query`. Reads it with one statement, and therefore from one snapshot.
 */
export async function findPage(
  database: Database,
  tables: Tables,
  request: PageRequest,
  deadline: Deadline,
): Promise<readonly Event[]> {
  const { filter, limit } = request;
  if (filterSql(filter).needsRecheck) return readMatches(database, tables, request, deadline);
  // Copies, which are rare, make the page too short: then it is read again with more rows.
  for (let rowLimit = limit; ; rowLimit *= 2) {
    const rows = await database.select<EventRow>(selectPage(tables, { ...request, limit: rowLimit }), deadline);
    const events = createCopySieve().pass(rows, true).slice(0, limit).map(toEvent);
    if (events.length === limit || rows.length < rowLimit) return events;
  }
}

/** Reads rows and rechecks them until the page is full or the range ends. */
async function readMatches(
  database: Database,
  tables: Tables,
  { filter, order, after, limit }: PageRequest,
  deadline: Deadline,
): Promise<readonly Event[]> {
  const matches = compileFilter(filter);
  const sieve = createCopySieve();
  const found: Event[] = [];
  for await (const rows of database.stream<EventRow>(selectPage(tables, { filter, order, after }), deadline)) {
    found.push(...sieve.pass(rows).map(toEvent).filter(matches));
    if (found.length >= limit) return found.slice(0, limit);
  }
  found.push(...sieve.pass([], true).map(toEvent).filter(matches));
  return found.slice(0, limit);
}

/** Filters ordered rows: of copies, keeps only the one stored first. */
function createCopySieve() {
  let standing: EventRow | undefined;
  return {
    pass(rows: readonly EventRow[], isEnd = false): readonly EventRow[] {
      const passed: EventRow[] = [];
      for (const row of rows) {
        const isCopy = row.id_text === standing?.id_text && row.epoch_nanoseconds === standing.epoch_nanoseconds;
        if (standing && !isCopy) passed.push(standing);
        if (!standing || !isCopy || precedes(row, standing)) standing = row;
      }
      if (isEnd && standing) passed.push(standing);
      return passed;
    },
  };
}

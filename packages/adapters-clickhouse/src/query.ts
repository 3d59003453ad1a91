import type { Event } from '@event-tracker/core';
import { compileFilter, type PageRequest } from '@event-tracker/core/store';
import type { Database } from './database/database.ts';
import type { Deadline } from './database/deadline.ts';
import { type EventRow, precedes, toEvent } from './sql/event-row.ts';
import { filterSql } from './sql/filter-sql.ts';
import { selectPage } from './sql/select-page.ts';
import type { Tables } from './sql/tables.ts';

/**
 * Finds one page of events: the port's `query`. One statement reads it, and so from the table as it is at one moment.
 */
export async function findPage(
  database: Database,
  tables: Tables,
  request: PageRequest,
  deadline: Deadline,
): Promise<readonly Event[]> {
  const { filter, limit } = request;
  if (filterSql(filter).isTold) return readMatches(database, tables, request, deadline);
  // Copies, which there hardly ever are, leave room on the page: then it is read again, with more rows.
  for (let rowLimit = limit; ; rowLimit *= 2) {
    const rows = await database.select<EventRow>(selectPage(tables, { ...request, limit: rowLimit }), deadline);
    const events = createCopySieve().pass(rows, true).slice(0, limit).map(toEvent);
    if (events.length === limit || rows.length < rowLimit) return events;
  }
}

/** Reads on until the page is full of what core finds to match. */
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

/** Lets rows through that come in order, of copies only the one that was stored first. */
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

import type { Event } from '@event-tracker/core';
import {
  beginTimeSlice,
  type CancelSignal,
  compileFilter,
  type EventFilter,
  epochNanosecondsOf,
  needsPayload,
  type PageRequest,
} from '@event-tracker/core/store';
import { type Database, inSnapshot, type Session } from './database/database.ts';
import { type EventRow, toEvent } from './sql/event-row.ts';
import { typesOf } from './sql/filter-sql.ts';
import { type PageSelection, selectPage } from './sql/select-page.ts';
import { selectTypes } from './sql/select-types.ts';
import type { Tables } from './sql/tables.ts';

/** With more types, scanning the events of all types costs less than merging the scans of the types. */
const MAX_MERGED_TYPES = 100;
/** Maximum number of rows per statement if core rechecks them. */
const MAX_CHUNK = 4_000;

/** Returns a page of events: the port's `query`. */
export async function findPage(
  database: Database,
  tables: Tables,
  request: PageRequest,
  signal: CancelSignal | undefined,
): Promise<readonly Event[]> {
  const types = typesOf(request.filter);
  if (types?.length === 0) return [];
  return database.run((session) => {
    if (!needsRecheck(request.filter)) return readRows(session, tables, { ...request, types: mergeable(types) });
    // One snapshot for all statements of the page.
    return inSnapshot(session, async () => {
      const all = types ?? (await findTypes(session, tables, request.filter));
      return all?.length === 0 ? [] : readMatches(session, tables, { ...request, types: mergeable(all) });
    });
  }, signal);
}

/** True if core must recheck the rows, or if finding them needs several statements. */
function needsRecheck(filter: EventFilter): boolean {
  return filter.event_type_prefix !== undefined || needsPayload(filter);
}

function mergeable(types: readonly string[] | undefined): readonly string[] | undefined {
  return types && types.length <= MAX_MERGED_TYPES ? types : undefined;
}

/** Returns the stored types that match a filter; `undefined` if there are too many to merge. */
async function findTypes(
  session: Session,
  tables: Tables,
  { event_type = [], event_type_prefix }: EventFilter,
): Promise<readonly string[] | undefined> {
  if (event_type_prefix === undefined) return undefined;
  const limit = MAX_MERGED_TYPES + 1;
  const found = await session.query<{ readonly event_type: string }>(selectTypes(tables, event_type_prefix, limit));
  const types = new Set([...(typesOf({ event_type }) ?? []), ...found.map((row) => row.event_type)]);
  return found.length === limit ? undefined : [...types];
}

/** Reads rows and rechecks them until the page is full or the range ends. */
async function readMatches(session: Session, tables: Tables, selection: PageSelection): Promise<readonly Event[]> {
  const { filter, limit } = selection;
  const matches = compileFilter({ ...filter, start: undefined, end: undefined }); // SQL has tested the times
  const found: Event[] = [];
  let { after } = selection;
  for (let chunk = limit; ; chunk = Math.max(limit, Math.min(2 * chunk, MAX_CHUNK))) {
    const events = await readRows(session, tables, { ...selection, after, limit: chunk });
    for (const event of events) if (found.length < limit && matches(event)) found.push(event);
    const last = events.at(-1);
    if (!last || events.length < chunk || found.length === limit) return found;
    after = { epochNanoseconds: epochNanosecondsOf(last.timestamp), id: last.id };
  }
}

async function readRows(session: Session, tables: Tables, selection: PageSelection): Promise<readonly Event[]> {
  const rows = await session.query<EventRow>(selectPage(tables, selection));
  const events: Event[] = [];
  const slice = beginTimeSlice();
  for (const row of rows) {
    if (slice.isOver()) await slice.next();
    events.push(toEvent(row));
  }
  return events;
}

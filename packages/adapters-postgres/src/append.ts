import {
  type AppendResult,
  createEventIdConflictError,
  type Event,
  type EventId,
  haveSameContent,
  toFrozenEvent,
} from '@event-tracker/core';
import { type Database, inTransaction, type Session } from './database/database.ts';
import { hasCode } from './database/store-error.ts';
import { GOT_IN_THE_WAY, TRY_AGAIN, tryAgain } from './database/try-again.ts';
import { type EventRow, toEvent } from './sql/event-row.ts';
import { insertEvents, insertNewEvents } from './sql/insert-events.ts';
import { selectEvents } from './sql/select-events.ts';
import type { Tables } from './sql/tables.ts';

const UNIQUE_VIOLATION = '23505';

/** Stores every event of a call or none: the port's `append`. */
export async function appendEvents(
  database: Database,
  tables: Tables,
  events: readonly Event[],
): Promise<readonly AppendResult[]> {
  if (events.length === 0) return [];
  const { distinct, conflicts } = sortOut(events);
  return database.run(async (session) => {
    if (conflicts.size === 0 && (await insertAll(session, tables, distinct))) return toResults(events, NONE_KNOWN);
    // Most often all of them are there, by a retry, or one is in conflict: then there is nothing to store.
    const known = await findKnown(session, tables, distinct);
    refuseConflicts(known, distinct, conflicts);
    if (known.size === distinct.length) return toResults(events, known);
    return toResults(events, await insertNew(session, tables, distinct));
  });
}

const NONE_KNOWN: ReadonlyMap<EventId, Event> = new Map();

/**
 * The events of a call by id, each once, and the ids that it gives to several contents. They are in the order of ids, so
 * that calls which race for the same ids never wait for each other in a circle.
 */
function sortOut(events: readonly Event[]) {
  const first = new Map<EventId, Event>();
  const conflicts = new Set<EventId>();
  for (const event of events) {
    const known = first.get(event.id);
    if (!known) first.set(event.id, event);
    else if (!haveSameContent(known, event)) conflicts.add(event.id);
  }
  const distinct = [...first.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  return { distinct, conflicts };
}

/** The usual case in one round trip, a transaction of its own: stores all of the events, or nothing where an id is taken. */
async function insertAll(session: Session, tables: Tables, events: readonly Event[]): Promise<boolean> {
  try {
    await session.commit(insertEvents(tables, events));
    return true;
  } catch (error) {
    if (hasCode(error, UNIQUE_VIOLATION, ...TRY_AGAIN)) return false;
    throw error;
  }
}

/**
 * Stores those events that are new.
 *
 * @returns those that were stored before, as they stand in the store
 * @throws EventIdConflictError where one of them has other content; then nothing is stored
 */
function insertNew(session: Session, tables: Tables, events: readonly Event[]): Promise<ReadonlyMap<EventId, Event>> {
  return tryAgain(() =>
    inTransaction(session, async () => {
      // Waits for transactions under way that bring one of the ids, and passes over it where they commit.
      const inserted = await session.query<{ readonly id: EventId }>(insertNewEvents(tables, events));
      const ids = new Set(inserted.map(({ id }) => id));
      const others = events.filter(({ id }) => !ids.has(id));
      // READ COMMITTED: this statement sees what was committed before it began, also since the one before.
      const known = await findKnown(session, tables, others);
      refuseConflicts(known, others);
      // One stood in the way a moment ago, and is gone: somebody removed it.
      if (known.size < others.length) throw GOT_IN_THE_WAY;
      return known;
    }),
  );
}

async function findKnown(
  session: Session,
  tables: Tables,
  events: readonly Event[],
): Promise<ReadonlyMap<EventId, Event>> {
  if (events.length === 0) return NONE_KNOWN;
  const ids = events.map(({ id }) => id);
  const rows = await session.query<EventRow>(selectEvents(tables, ids));
  // Frozen: several calls of one group may be told of the same one.
  return new Map(rows.map((row) => [row.id, toFrozenEvent(toEvent(row))]));
}

/** Rejects the call where an id is taken by other content, or is in conflict already within the call. */
function refuseConflicts(
  known: ReadonlyMap<EventId, Event>,
  events: readonly Event[],
  within: ReadonlySet<EventId> = new Set(),
): void {
  const conflicts = new Set(within);
  for (const event of events) {
    const stored = known.get(event.id);
    if (stored && !haveSameContent(stored, event)) conflicts.add(event.id);
  }
  if (conflicts.size > 0) throw createEventIdConflictError([...conflicts]);
}

/** What became of each event of a call, given those that were stored before it. */
function toResults(events: readonly Event[], known: ReadonlyMap<EventId, Event>): AppendResult[] {
  const standing = new Map(known);
  return events.map((event) => {
    const stored = standing.get(event.id);
    if (!stored) standing.set(event.id, event);
    return { event: stored ?? event, stored: stored === undefined };
  });
}

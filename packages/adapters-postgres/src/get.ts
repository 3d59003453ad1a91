import type { Event, EventId } from '@event-tracker/core';
import type { Database, Session } from './database/database.ts';
import { type EventRow, toEvent } from './sql/event-row.ts';
import { selectEvents } from './sql/select-events.ts';
import type { Tables } from './sql/tables.ts';

/** Returns an event by its id: the port's `get`. */
export async function getEvent(database: Database, tables: Tables, id: EventId): Promise<Event | undefined> {
  const [event] = await database.run((session) => getEvents(session, tables, [id]));
  return event;
}

/** Returns the stored events with the given ids, in any order. */
export async function getEvents(session: Session, tables: Tables, ids: readonly EventId[]): Promise<readonly Event[]> {
  return (await session.query<EventRow>(selectEvents(tables, ids))).map(toEvent);
}

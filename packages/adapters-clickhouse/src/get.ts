import type { Event, EventId } from '@event-tracker/core';
import { toFrozenEvent } from '@event-tracker/core/store';
import type { Database } from './database/database.ts';
import type { Deadline } from './database/deadline.ts';
import { type EventRow, precedes, toEvent } from './sql/event-row.ts';
import { selectEvents } from './sql/select-events.ts';
import type { Tables } from './sql/tables.ts';

/** Returns an event by its id: the port's `get`. */
export async function getEvent(
  database: Database,
  tables: Tables,
  id: EventId,
  deadline: Deadline,
): Promise<Event | undefined> {
  return (await getEvents(database, tables, [id], deadline)).get(id);
}

/** Returns the stored events with the given ids; of copies, the one stored first. */
export async function getEvents(
  database: Database,
  tables: Tables,
  ids: readonly EventId[],
  deadline: Deadline,
): Promise<ReadonlyMap<EventId, Event>> {
  const standing = new Map<EventId, EventRow>();
  for (const row of await database.select<EventRow>(selectEvents(tables, ids), deadline)) {
    const other = standing.get(row.id_text);
    if (!other || precedes(row, other)) standing.set(row.id_text, row);
  }
  // Frozen because several callers can receive the same object.
  return new Map([...standing].map(([id, row]) => [id, toFrozenEvent(toEvent(row))]));
}

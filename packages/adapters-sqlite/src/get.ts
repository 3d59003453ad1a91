import type { EventId } from '@event-tracker/core';
import type { Database } from './database/database.ts';
import type { EventRow } from './sql/event-row.ts';

/** Returns an event by its id: the port's `get`. */
export function getEvent(database: Database, id: EventId): EventRow | undefined {
  return database.statement(SELECT_BY_ID).get(id) as EventRow | undefined;
}

const SELECT_BY_ID = 'SELECT id, event_type, epoch_nanoseconds, payload FROM events WHERE id = ?';

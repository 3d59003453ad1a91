import type { EventId } from '@event-tracker/core';
import type { Database } from './database/database.ts';
import { idBytes } from './sql/event-ids.ts';
import { EVENT_COLUMNS, type EventRow, fromStoredRow, type StoredRow } from './sql/event-row.ts';

/** Returns an event by its id: the port's `get`. */
export function getEvent(database: Database, id: EventId): EventRow | undefined {
  const row = findStoredRow(database, id);
  return row && fromStoredRow(row);
}

/** Returns an event by its id, without checking its payload. */
export function findStoredRow(database: Database, id: EventId): StoredRow | undefined {
  return database.statement(SELECT_BY_ID).get(id) as unknown as StoredRow | undefined;
}

const SELECT_BY_ID = `SELECT ${EVENT_COLUMNS} FROM events WHERE id = ${idBytes('?')}`;

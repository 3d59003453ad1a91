import { createStoreId, createStoreUnavailableError } from '@event-tracker/core/store';
import type { Database } from './database.ts';
import { EVENTS_TO_MOVE } from './events-to-move.ts';
import { numberOf } from './number-of.ts';
import { inTransaction } from './transaction.ts';

/** Marks the file as one of Event Tracker. ASCII `EvTr`; shown by `file events.sqlite`. */
const APPLICATION_ID = 0x45_76_54_72;

/*
 * One migration for each schema version. A released migration must never change. `sequence` is the insertion order, which
 * is also the commit order because there is one writer. AUTOINCREMENT prevents reuse of the sequence of a deleted event.
 */
const MIGRATIONS: readonly (() => string)[] = [
  () => `
  CREATE TABLE events (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    event_type TEXT NOT NULL,
    epoch_nanoseconds INTEGER NOT NULL,
    payload TEXT NOT NULL
  ) STRICT;
  CREATE INDEX events_by_time ON events (epoch_nanoseconds, id);
  CREATE INDEX events_by_type_and_time ON events (event_type, epoch_nanoseconds, id);
  PRAGMA application_id = ${APPLICATION_ID};
  `,
  // Values about the file itself, by name.
  () => `
  CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
  `,
  () => `INSERT INTO meta VALUES ('store_id', '${createStoreId()}')`,
  // A check compares the indexed columns with the indexes; only a checksum detects a changed bit in a payload.
  () => `
  ALTER TABLE events ADD COLUMN payload_crc32 INTEGER;
  `,
  // The number of events of each type and hour, so that statistics do not count events. Existing events are added in steps.
  () => `
  CREATE TABLE hourly_totals (
    event_type TEXT NOT NULL,
    hour INTEGER NOT NULL,
    events INTEGER NOT NULL,
    PRIMARY KEY (event_type, hour)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO meta VALUES ('totals_after', coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'events'), 0));
  `,
  // Ids as 16 bytes: see event-ids.ts. `moveEvents` moves the events into the new table. The space of the old indexes, which
  // that does not need, is free for the new ones.
  () => `
  ALTER TABLE events RENAME TO ${EVENTS_TO_MOVE};
  DROP INDEX events_by_time;
  DROP INDEX events_by_type_and_time;
  CREATE TABLE events (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    id BLOB NOT NULL UNIQUE,
    event_type TEXT NOT NULL,
    epoch_nanoseconds INTEGER NOT NULL,
    payload TEXT NOT NULL,
    payload_crc32 INTEGER
  ) STRICT;
  CREATE INDEX events_by_time ON events (epoch_nanoseconds, id);
  CREATE INDEX events_by_type_and_time ON events (event_type, epoch_nanoseconds, id);
  INSERT INTO sqlite_sequence (name, seq) SELECT 'events', seq FROM sqlite_sequence WHERE name = '${EVENTS_TO_MOVE}';
  `,
];

/**
 * Checks the owner and the schema version of a file. Changes nothing.
 *
 * @throws StoreUnavailableError if the file belongs to another application or was written by a newer version
 */
export function checkOwner(database: Database, path: string): void {
  const owner = numberOf(database, 'PRAGMA application_id');
  const version = numberOf(database, 'PRAGMA user_version');
  const tables = numberOf(database, 'SELECT count(*) FROM sqlite_schema');
  if (owner === 0 && version === 0 && tables === 0) return; // new
  if (owner !== APPLICATION_ID)
    throw createStoreUnavailableError(`${path} is a SQLite database of another application`);
  if (version > MIGRATIONS.length) {
    throw createStoreUnavailableError(
      `${path} was written by a newer version of Event Tracker (schema version ${version}; this version supports up to ${MIGRATIONS.length})`,
    );
  }
}

/** True if an earlier version has written the file. */
export function isOutdated(database: Database): boolean {
  const version = numberOf(database, 'PRAGMA user_version');
  return version > 0 && version < MIGRATIONS.length;
}

/**
 * Migrates the schema to the current version, each migration in its transaction. Does not move events: see `moveEvents`.
 */
export function migrate(database: Database): void {
  for (const [index, migration] of MIGRATIONS.entries()) {
    if (numberOf(database, 'PRAGMA user_version') > index) continue;
    inTransaction(database, 'BEGIN IMMEDIATE', () => {
      database.exec(migration());
      database.exec(`PRAGMA user_version = ${index + 1}`);
    });
  }
}

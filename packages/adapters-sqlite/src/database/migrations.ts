import { createStoreId, createStoreUnavailableError } from '@event-tracker/core/store';
import type { Database } from './database.ts';
import { numberOf } from './number-of.ts';
import { inTransaction } from './transaction.ts';

/** Says in the file whose it is: `file events.sqlite` shows it. The letters `EvTr`. */
const APPLICATION_ID = 0x45_76_54_72;

/*
 * What brings a file from each version to the next, for ever as it was released. `sequence` is the order of insertion,
 * and because there is one writer that of commits; AUTOINCREMENT, so that no number is ever given twice, whatever is deleted.
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
  // What the file knows about itself, by name.
  () => `
  CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
  `,
  () => `INSERT INTO meta VALUES ('store_id', '${createStoreId()}')`,
  // The columns in the indexes are checked against them; for payloads nothing else shows a changed bit.
  () => `
  ALTER TABLE events ADD COLUMN payload_crc32 INTEGER;
  `,
];

/**
 * Refuses, before anything is changed, a file that is another application's or was written by a newer version.
 *
 * @throws StoreUnavailableError
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
      `${path} was written by a newer version of Event Tracker (schema ${version}, this one knows ${MIGRATIONS.length})`,
    );
  }
}

/** Brings the file to the present version, each step whole or not at all. */
export function migrate(database: Database): void {
  for (const [index, migration] of MIGRATIONS.entries()) {
    if (numberOf(database, 'PRAGMA user_version') > index) continue;
    inTransaction(database, 'BEGIN IMMEDIATE', () => {
      database.exec(migration());
      database.exec(`PRAGMA user_version = ${index + 1}`);
    });
  }
}

import { existsSync, realpathSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { createStoreUnavailableError } from '@event-tracker/core';
import { isSqliteError } from '../threads/thread-error.ts';

/** Gives a file back to whoever wants it next. */
export type Release = () => void;

const SQLITE_BUSY = 5;

/**
 * Takes a file for this store alone, until it is released or the process is gone, however that ends: the lock is the
 * operating system's, on an empty database beside the file. SQLite's own lock on the file would keep our readers out,
 * too. The lock's file stays, and means nothing by itself.
 *
 * @throws StoreUnavailableError where another store has the file, in this or another process
 */
export function lockFile(path: string): Release {
  // By whatever links it was reached, a file has one lock.
  const lock = new DatabaseSync(`${existsSync(path) ? realpathSync(path) : path}-lock`);
  try {
    // Nothing is ever written, so there is no need of a journal.
    lock.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
  } catch (cause) {
    lock.close();
    if (!isSqliteError(cause) || cause.errcode !== SQLITE_BUSY) throw cause;
    throw createStoreUnavailableError(`${path} is in use by another server: a file has only one at a time`, { cause });
  }
  return () => lock.close();
}

import { existsSync, realpathSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { createStoreUnavailableError } from '@event-tracker/core/store';
import type { Database } from './database.ts';
import { identify } from './file-identity.ts';
import { readMeta, writeMeta } from './meta.ts';
import { isSqliteError } from './sqlite-error.ts';

/** A file that no other store can open until it is released. */
export interface FileLock {
  /** The file that carries the lock. */
  readonly path: string;
  release(): void;
}

const SQLITE_BUSY = 5;

/**
 * Locks a file for this store alone, until it is released or the process ends, however that ends: the lock is the
 * operating system's, on an empty database next to the file. SQLite's own lock on the file would keep our readers out,
 * too. The lock's file stays, and means nothing by itself.
 *
 * @throws StoreUnavailableError where another store has the file, in this or another process
 */
export function lockFile(path: string): FileLock {
  // A file has one lock, whatever symbolic links lead to it.
  const lockPath = `${existsSync(path) ? realpathSync(path) : path}-lock`;
  return { path: lockPath, release: lock(lockPath, path) };
}

function lock(lockPath: string, path: string): () => void {
  const database = new DatabaseSync(lockPath);
  try {
    // Nothing is ever written, so no journal is needed.
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
  } catch (cause) {
    database.close();
    if (!isSqliteError(cause) || cause.errcode !== SQLITE_BUSY) throw cause;
    throw createStoreUnavailableError(`${path} is in use by another server: a file has only one at a time`, { cause });
  }
  return () => database.close();
}

/**
 * Refuses a file that another server has open by another name: a hard link, or the name it had before it was moved. The
 * file itself says which lock belongs to it; in a copy that says nothing, because a copy is another file.
 *
 * @throws StoreUnavailableError
 */
export function checkOtherNames(database: Database, path: string, { path: ownLock }: FileLock): void {
  const holder = readMeta(database, HOLDER);
  const identity = identify(path);
  if (identity === undefined || !holder?.startsWith(`${identity} `)) return;
  const otherLock = holder.slice(identity.length + 1);
  if (otherLock === ownLock || !existsSync(otherLock)) return;
  const release = lock(otherLock, path);
  release();
}

/** Writes into the file which lock belongs to it: into the file itself, because its other names have no share in the log. */
export function recordLock(database: Database, path: string, { path: ownLock }: FileLock): void {
  const holder = `${identify(path)} ${ownLock}`;
  if (readMeta(database, HOLDER) === holder) return;
  writeMeta(database, HOLDER, holder);
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
}

const HOLDER = 'holder';

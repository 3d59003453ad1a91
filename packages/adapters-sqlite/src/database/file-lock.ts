import { existsSync, realpathSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { createStoreUnavailableError } from '@event-tracker/core/store';
import type { Database } from './database.ts';
import { identify } from './file-identity.ts';
import { readMeta, writeMeta } from './meta.ts';
import { isSqliteError } from './sqlite-error.ts';

/** An exclusive lock of a store on its file. */
export interface FileLock {
  /** The path of the lock file. */
  readonly path: string;
  release(): void;
}

const SQLITE_BUSY = 5;

/**
 * Locks a file until the lock is released or the process ends. The operating system holds the lock, on an empty database
 * next to the file; an exclusive SQLite lock on the file itself would block the store's own readers. The lock file is not
 * deleted; its existence does not mean that the lock is held.
 *
 * @throws StoreUnavailableError if another store has locked the file, in this or another process
 */
export function lockFile(path: string): FileLock {
  // Resolve symbolic links, so that a file has one lock file.
  const lockPath = `${existsSync(path) ? realpathSync(path) : path}-lock`;
  return { path: lockPath, release: lock(lockPath, path) };
}

function lock(lockPath: string, path: string): () => void {
  const database = new DatabaseSync(lockPath);
  try {
    // The lock file is never written, so it needs no journal file.
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
  } catch (cause) {
    database.close();
    if (!isSqliteError(cause) || cause.errcode !== SQLITE_BUSY) throw cause;
    throw createStoreUnavailableError(`${path} is in use by another server; only one server can open a file`, {
      cause,
    });
  }
  return () => database.close();
}

/**
 * Checks that no other server has the file open under another name: a hard link, or its name before it was moved. The
 * lock path that is recorded in the file is ignored in a copy, because a copy has another identity.
 *
 * @throws StoreUnavailableError if another server has the file open
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

/** Records the lock path in the file. Checkpoints the log, because the log belongs to one name of the file. */
export function recordLock(database: Database, path: string, { path: ownLock }: FileLock): void {
  const holder = `${identify(path)} ${ownLock}`;
  if (readMeta(database, HOLDER) === holder) return;
  writeMeta(database, HOLDER, holder);
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
}

const HOLDER = 'holder';

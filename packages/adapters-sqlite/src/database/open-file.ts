import { statSync } from 'node:fs';
import { createStoreUnavailableError } from '@event-tracker/core/store';
import { checkIntegrity } from './check-integrity.ts';
import { type Commits, findMissingCommits } from './commit-record.ts';
import { type Database, openDatabase } from './database.ts';
import { type FileIdentity, identify } from './file-identity.ts';
import { checkOtherNames, type FileLock, lockFile, recordLock } from './file-lock.ts';
import { checkOwner, migrate } from './migrations.ts';
import { prepareFolder } from './prepare-folder.ts';
import { setDurability } from './set-durability.ts';

/** A file that is locked, migrated, checked and open for writing. */
export interface OpenedFile {
  readonly database: Database;
  readonly lock: FileLock;
  readonly state: FileState;
}

/** The state of a file when it was opened. */
export interface FileState {
  readonly identity: FileIdentity;
  /** True if there was no file, or an empty one. */
  readonly isNew: boolean;
  /** Acknowledged changes that the file lacks. */
  readonly missing: Commits | undefined;
}

/**
 * Locks a file, opens it, migrates it and checks it. Creates the file and its folder if they do not exist.
 *
 * @throws an error if the file is in use, is damaged, belongs to another application, was written by a newer version, or
 * cannot be opened or created; the lock is released then
 */
export function openFile(path: string, cacheBytes: number): OpenedFile {
  prepareFolder(path);
  const lock = lockFile(path);
  let database: Database | undefined;
  try {
    const isNew = isEmpty(path);
    database = openDatabase(path, { readOnly: false, cacheBytes });
    prepare(database, path, lock);
    const missing = findMissingCommits(database, path);
    const identity = identify(path);
    if (identity === undefined) throw createStoreUnavailableError(`${path} was deleted while it was opened`);
    return { database, lock, state: { identity, isNew, missing } };
  } catch (error) {
    database?.close();
    lock.release();
    throw error;
  }
}

function isEmpty(path: string): boolean {
  const found = statSync(path, { throwIfNoEntry: false });
  return found === undefined || found.size === 0;
}

function prepare(database: Database, path: string, lock: FileLock): void {
  checkOwner(database, path);
  checkOtherNames(database, path, lock);
  setDurability(database);
  migrate(database);
  checkIntegrity(database, path);
  recordLock(database, path, lock);
}

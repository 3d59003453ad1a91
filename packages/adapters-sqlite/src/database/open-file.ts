import { statSync } from 'node:fs';
import { createStoreUnavailableError, messageOf } from '@event-tracker/core/store';
import { checkIntegrity } from './check-integrity.ts';
import { type Commits, findMissingCommits } from './commit-record.ts';
import { type Database, openDatabase } from './database.ts';
import { type MigrationProgress, moveEvents } from './events-to-move.ts';
import { type FileIdentity, identify, requireSameFile } from './file-identity.ts';
import { checkOtherNames, type FileLock, lockFile, recordLock } from './file-lock.ts';
import { checkFreeSpace } from './free-space.ts';
import { checkOwner, isOutdated, migrate } from './migrations.ts';
import { prepareFolder } from './prepare-folder.ts';
import { setDurability } from './set-durability.ts';

export interface OpenOptions {
  readonly cacheBytes: number;
  /** The migration of a file ends with an error while the disk has fewer bytes free. */
  readonly minFreeBytes: number;
  /** Receives the progress of a migration, from its start. */
  readonly report: (progress: MigrationProgress) => void;
}

/** A file that is locked, checked, migrated and open for writing. */
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
 * Locks a file, opens it, checks it and migrates it. Creates the file and its folder if they do not exist.
 *
 * @throws an error if the file is in use, is damaged, belongs to another application, was written by a newer version, or
 * cannot be opened or created; the lock is released then
 */
export function openFile(path: string, options: OpenOptions): OpenedFile {
  prepareFolder(path);
  const lock = lockFile(path);
  let database: Database | undefined;
  try {
    const isNew = isEmpty(path);
    database = openDatabase(path, { readOnly: false, cacheBytes: options.cacheBytes });
    const identity = identify(path);
    if (identity === undefined) throw createStoreUnavailableError(`${path} was deleted while it was opened`);
    prepare(database, path, { ...options, lock, identity });
    const missing = findMissingCommits(database, path);
    requireSameFile(path, identity);
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

interface PrepareOptions extends OpenOptions {
  readonly lock: FileLock;
  readonly identity: FileIdentity;
}

function prepare(database: Database, path: string, { lock, identity, minFreeBytes, report }: PrepareOptions): void {
  checkOwner(database, path);
  checkOtherNames(database, path, lock);
  setDurability(database);
  // A migration frees pages. In a damaged file, another table could still need them.
  const everyPage = isOutdated(database);
  if (everyPage) report({ moved: 0, share: 0 });
  checkIntegrity(database, path, { everyPage });
  migrate(database);
  const check = (): void => {
    requireSameFile(path, identity);
    checkFreeSpace(path, minFreeBytes);
  };
  try {
    moveEvents(database, path, { check, report });
  } catch (cause) {
    throw createStoreUnavailableError(
      `${path} cannot be migrated: ${messageOf(cause)}; when it is opened again, the migration continues where it stopped`,
      { cause },
    );
  }
  recordLock(database, path, lock);
}

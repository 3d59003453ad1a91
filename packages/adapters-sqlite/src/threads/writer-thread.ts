import { statSync } from 'node:fs';
import type { EventId } from '@event-tracker/core';
import { createStoreUnavailableError } from '@event-tracker/core/store';
import { appendBatches, type BatchReply } from '../append.ts';
import { checkIntegrity } from '../database/check-integrity.ts';
import { type Commits, findMissingCommits, openCommitRecord } from '../database/commit-record.ts';
import { type Database, openDatabase } from '../database/database.ts';
import { type FileIdentity, identify } from '../database/file-identity.ts';
import { checkOtherNames, type FileLock, lockFile, recordLock } from '../database/file-lock.ts';
import { checkFreeSpace } from '../database/free-space.ts';
import { guardFiles } from '../database/guard-files.ts';
import { checkOwner, migrate } from '../database/migrations.ts';
import { prepareFolder } from '../database/prepare-folder.ts';
import { setDurability } from '../database/set-durability.ts';
import { deleteEvents } from '../delete.ts';
import type { EventRow } from '../sql/event-row.ts';
import { type Served, serveCalls } from './serve-calls.ts';

/** Options of the writer thread. */
export interface WriterOptions {
  readonly path: string;
  readonly minFreeBytes: number;
}

/** The state of the file when it was opened. */
export interface OpenedFile {
  readonly identity: FileIdentity;
  /** True if there was no file, or an empty one. */
  readonly isNew: boolean;
  /** Acknowledged changes that the file lacks. */
  readonly missing: Commits | undefined;
}

export type WriterCalls = {
  readonly describe: (_: undefined) => OpenedFile;
  readonly append: (batches: readonly (readonly EventRow[])[]) => readonly BatchReply[] | undefined;
  readonly delete: (ids: readonly EventId[]) => number;
  readonly ping: (_: undefined) => void;
};

const CACHE_BYTES = 64 * 1024 ** 2;
serveCalls(openWriter);

function openWriter({ path, minFreeBytes }: WriterOptions): Served<WriterCalls> {
  prepareFolder(path);
  const lock = lockFile(path);
  let database: Database | undefined;
  try {
    const isNew = isEmpty(path);
    database = openDatabase(path, { readOnly: false, cacheBytes: CACHE_BYTES });
    prepare(database, path, lock);
    const missing = findMissingCommits(database, path);
    const identity = identify(path);
    if (identity === undefined) throw createStoreUnavailableError(`${path} was deleted while it was opened`);
    return serve(database, { path, minFreeBytes }, lock, { identity, isNew, missing });
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

function serve(
  database: Database,
  { path, minFreeBytes }: WriterOptions,
  lock: FileLock,
  opened: OpenedFile,
): Served<WriterCalls> {
  const checkFiles = guardFiles(database, path, lock.path);
  const record = openCommitRecord(database, path);

  /** Runs a change after checking that the paths still refer to the open files, and records its commit. */
  function change<T>(work: () => T): T {
    checkFiles();
    const result = work();
    record.update();
    return result;
  }

  return {
    calls: {
      describe: () => opened,
      append: (batches) =>
        change(() => {
          checkFreeSpace(path, minFreeBytes);
          return appendBatches(database, batches);
        }),
      // Allowed on a full disk, because a deletion can free the space that appends need.
      delete: (ids) => change(() => deleteEvents(database, ids)),
      ping: () => {
        checkFiles();
        database.statement('SELECT 1').get();
      },
    },
    close: () => {
      record.close();
      database.close(); // the last connection to close moves the log into the file
      lock.release();
    },
  };
}

import type { EventId } from '@event-tracker/core';
import { appendBatches, type BatchReply } from '../append.ts';
import { checkIntegrity } from '../database/check-integrity.ts';
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

/** Options of the writing thread. */
export interface WriterOptions {
  readonly path: string;
  readonly minFreeBytes: number;
}

export type WriterCalls = {
  /** The file that is open. */
  readonly identify: (_: undefined) => FileIdentity | undefined;
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
    database = openDatabase(path, { readOnly: false, cacheBytes: CACHE_BYTES });
    prepare(database, path, lock);
    return serve(database, { path, minFreeBytes }, lock);
  } catch (error) {
    database?.close();
    lock.release();
    throw error;
  }
}

function prepare(database: Database, path: string, lock: FileLock): void {
  checkOwner(database, path);
  checkOtherNames(database, path, lock);
  setDurability(database);
  migrate(database);
  checkIntegrity(database, path);
  recordLock(database, path, lock);
}

function serve(database: Database, { path, minFreeBytes }: WriterOptions, lock: FileLock): Served<WriterCalls> {
  const identity = identify(path);
  const checkFiles = guardFiles(database, path, lock.path);
  return {
    calls: {
      identify: () => identity,
      append: (batches) => {
        checkFiles();
        checkFreeSpace(path, minFreeBytes);
        return appendBatches(database, batches);
      },
      // Allowed on a full disk: a deletion may free the room that appends need.
      delete: (ids) => {
        checkFiles();
        return deleteEvents(database, ids);
      },
      ping: () => {
        checkFiles();
        database.statement('SELECT 1').get();
      },
    },
    close: () => {
      database.close(); // the last connection to close moves the log into the file
      lock.release();
    },
  };
}

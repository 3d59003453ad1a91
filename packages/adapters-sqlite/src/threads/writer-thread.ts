import type { EventId } from '@event-tracker/core';
import { type StoreOutcome, storeRows } from '../append.ts';
import { checkIntegrity } from '../database/check-integrity.ts';
import { type Database, openDatabase } from '../database/database.ts';
import { lockFile } from '../database/file-lock.ts';
import { checkFreeSpace } from '../database/free-space.ts';
import { checkOwner, migrate } from '../database/migrations.ts';
import { prepareFolder } from '../database/prepare-folder.ts';
import { setDurability } from '../database/set-durability.ts';
import { removeRows } from '../delete.ts';
import type { EventRow } from '../sql/event-row.ts';
import { type Served, serveCalls } from './serve-calls.ts';

/** What the writing thread is told when it opens. */
export interface WriterOptions {
  readonly path: string;
  readonly minFreeBytes: number;
}

export type WriterCalls = {
  readonly append: (rows: readonly EventRow[]) => StoreOutcome;
  readonly delete: (ids: readonly EventId[]) => number;
  readonly ping: (_: undefined) => void;
};

const CACHE_BYTES = 64 * 1024 ** 2;
serveCalls(openWriter);

function openWriter({ path, minFreeBytes }: WriterOptions): Served<WriterCalls> {
  prepareFolder(path);
  const release = lockFile(path);
  let database: Database | undefined;
  try {
    database = openDatabase(path, { readOnly: false, cacheBytes: CACHE_BYTES });
    prepare(database, path);
    return serve(database, { path, minFreeBytes }, release);
  } catch (error) {
    database?.close();
    release();
    throw error;
  }
}

function prepare(database: Database, path: string): void {
  checkOwner(database, path);
  setDurability(database);
  migrate(database);
  checkIntegrity(database, path);
}

function serve(database: Database, { path, minFreeBytes }: WriterOptions, release: () => void): Served<WriterCalls> {
  return {
    calls: {
      append: (rows) => {
        checkFreeSpace(path, minFreeBytes);
        return storeRows(database, rows);
      },
      // Whatever the disk has left: it may be what gives it room again.
      delete: (ids) => removeRows(database, ids),
      ping: () => {
        database.statement('SELECT 1').get();
      },
    },
    close: () => {
      database.close(); // the last one to close moves the log into the file
      release();
    },
  };
}

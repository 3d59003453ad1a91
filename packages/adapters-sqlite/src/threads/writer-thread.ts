import type { EventId } from '@event-tracker/core';
import { appendBatches, type BatchReply } from '../append.ts';
import { openCommitRecord } from '../database/commit-record.ts';
import type { MigrationProgress } from '../database/events-to-move.ts';
import { explainAccess } from '../database/explain-access.ts';
import { checkFreeSpace } from '../database/free-space.ts';
import { guardFiles } from '../database/guard-files.ts';
import { type FileState, type OpenedFile, openFile } from '../database/open-file.ts';
import { deleteEvents } from '../delete.ts';
import type { EventRow } from '../sql/event-row.ts';
import { areTotalsComplete, fillTotals } from '../totals/fill-totals.ts';
import { repeatStep } from './repeat-step.ts';
import { type Served, serveCalls } from './serve-calls.ts';

/** Options of the writer thread. */
export interface WriterOptions {
  readonly path: string;
  readonly minFreeBytes: number;
}

export type WriterCalls = {
  readonly describe: (_: undefined) => FileState;
  readonly append: (batches: readonly (readonly EventRow[])[]) => readonly BatchReply[] | undefined;
  readonly delete: (ids: readonly EventId[]) => number;
  readonly ping: (_: undefined) => void;
};

const CACHE_BYTES = 64 * 1024 ** 2;
/** Number of events that a step adds to the totals, in some milliseconds. */
const FILL_EVENTS = 5_000;

serveCalls((options: WriterOptions, report: (progress: MigrationProgress) => void) => {
  const { path, minFreeBytes } = options;
  const open = (): OpenedFile => openFile(path, { cacheBytes: CACHE_BYTES, minFreeBytes, report });
  return explainAccess(path, () => serve(open(), options));
});

function serve({ database, lock, state }: OpenedFile, { path, minFreeBytes }: WriterOptions): Served<WriterCalls> {
  const checkFiles = guardFiles(database, path, lock.path);
  const record = openCommitRecord(database, path);

  /** Runs a change after checking that the paths still refer to the open files, and records its commit. */
  function change<T>(work: () => T): T {
    checkFiles();
    const result = work();
    record.update();
    return result;
  }

  const filling = repeatStep(() => areTotalsComplete(database) || change(() => fillTotals(database, FILL_EVENTS)));

  return {
    calls: {
      describe: () => state,
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
      filling.stop();
      record.close();
      database.close(); // the last connection to close moves the log into the file
      lock.release();
    },
  };
}

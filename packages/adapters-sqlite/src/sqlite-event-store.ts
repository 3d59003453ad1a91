import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Event, isStoreUnavailableError } from '@event-tracker/core';
import {
  type AppendOutcome,
  checkSequence,
  composeStore,
  createStoreUnavailableError,
  DEFAULT_STORE_DEADLINES,
  type EventStore,
  type EventStorePort,
  type GroupCommitObserver,
  mapInSlices,
  type StoreDeadlines,
  type StoreUnavailableError,
} from '@event-tracker/core/store';
import type { BatchReply } from './append.ts';
import type { Commits } from './database/commit-record.ts';
import type { MigrationProgress } from './database/events-to-move.ts';
import type { FileState } from './database/open-file.ts';
import { toEvent, toRow } from './sql/event-row.ts';
import { fromCellParts } from './threads/cell-parts.ts';
import { mapBatchesInSlices } from './threads/map-batches.ts';
import type { ReaderCalls, ReaderOptions } from './threads/reader-thread.ts';
import { type RestartingThread, restartWhenEnded } from './threads/restarting-thread.ts';
import { startThread, type Thread } from './threads/thread.ts';
import { threadFile } from './threads/thread-file.ts';
import type { WriterCalls, WriterOptions } from './threads/writer-thread.ts';

/** Options of `createSqliteEventStore`. */
export interface SqliteEventStoreOptions {
  /** The path of the file. The file and its folder are created if they do not exist. */
  readonly path: string;
  /** Appends are rejected while the disk has fewer bytes free. Default: 64 MiB. */
  readonly minFreeBytes?: number;
  /** Maximum duration of each call, in milliseconds. Default: `DEFAULT_STORE_DEADLINES` of core. */
  readonly deadlines?: Partial<StoreDeadlines>;
  /** Receives group-commit statistics, for metrics. */
  readonly groupCommitObserver?: GroupCommitObserver | undefined;
  /** Receives the state of the file after it is opened. */
  readonly onOpened?: ((file: OpenedSqliteFile) => void) | undefined;
  /** Receives the progress of the migration of an earlier version's file, from its start until the store is open. */
  readonly onMigrating?: ((progress: MigrationProgress) => void) | undefined;
}

/** The state of a file when it was opened. */
export interface OpenedSqliteFile {
  /** True if there was no file, or an empty one. */
  readonly isNew: boolean;
  /** Describes the acknowledged changes that the file lacks; `undefined` if none are known to be missing. */
  readonly damage: string | undefined;
}

/** Time to recover the log after a crash and to check the file, or for a step of a migration, in addition to reading the file. */
const OPEN_TIMEOUT_MS = 60_000;
/** A migration first reads the whole file, at 10 MB/s or faster. */
const MIN_BYTES_PER_MS = 10_000;
const MIN_FREE_BYTES = 64 * 1024 ** 2;
/** Time for a thread to move its log into the file when the store is closed. */
const STOP_TIMEOUT_MS = 10_000;

/**
 * Opens an event store in a SQLite file. The store locks the file until it is closed or its process ends. Acknowledged
 * changes are synced to disk. Concurrent appends share a transaction; reads never wait for appends.
 *
 * @throws StoreUnavailableError if the file is in use, is damaged, belongs to another application, was written by a newer
 * version, or cannot be opened or created
 * @example
 * const store = await createSqliteEventStore({ path: './data/events.sqlite' });
 */
export async function createSqliteEventStore(options: SqliteEventStoreOptions): Promise<EventStore> {
  const path = resolve(options.path);
  const deadlines = { ...DEFAULT_STORE_DEADLINES, ...options.deadlines };
  const { minFreeBytes = MIN_FREE_BYTES, onMigrating } = options;
  const { file, ...threads } = await startThreads({ path, minFreeBytes }, onMigrating);
  options.onOpened?.({ isNew: file.isNew, damage: file.missing && describeMissing(path, file.missing) });
  const store = createThreadedStore(threads, deadlines);
  return composeStore(store, { name: path, deadlines, groupCommit: true, observer: options.groupCommitObserver });
}

type Writer = Thread<WriterOptions, WriterCalls, MigrationProgress>;
type Reader = Thread<ReaderOptions, ReaderCalls>;

interface Threads {
  readonly storeId: string;
  readonly writer: Writer;
  readonly reader: RestartingThread<ReaderOptions, ReaderCalls>;
}

async function startThreads(
  options: WriterOptions,
  onMigrating: SqliteEventStoreOptions['onMigrating'],
): Promise<Threads & { readonly file: FileState }> {
  const { path } = options;
  // Both threads load their code concurrently, because that takes longer than opening the file.
  const writer: Writer = startThread(threadFile('./threads/writer-thread', import.meta.url));
  const reader = startReader();
  try {
    // The writer creates and migrates the file before the reader opens it.
    await writer.open(options, OPEN_TIMEOUT_MS + sizeOf(path) / MIN_BYTES_PER_MS, onMigrating);
    const file = await writer.call('describe', undefined, OPEN_TIMEOUT_MS);
    const readerOptions: ReaderOptions = { path, identity: file.identity };
    await reader.open(readerOptions, OPEN_TIMEOUT_MS);
    const storeId = await reader.call('storeId', undefined, OPEN_TIMEOUT_MS);
    return { storeId, writer, reader: restartWhenEnded(reader, () => openReader(startReader(), readerOptions)), file };
  } catch (error) {
    await Promise.all([reader.stop(STOP_TIMEOUT_MS), writer.stop(STOP_TIMEOUT_MS)]);
    throw toOpenError(error, path);
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

function startReader(): Reader {
  return startThread(threadFile('./threads/reader-thread', import.meta.url));
}

async function openReader(reader: Reader, options: ReaderOptions): Promise<Reader> {
  try {
    await reader.open(options, OPEN_TIMEOUT_MS);
    return reader;
  } catch (error) {
    await reader.stop(STOP_TIMEOUT_MS);
    throw error;
  }
}

function describeMissing(path: string, { sequence, deletions }: Commits): string {
  return (
    `${path} lacks changes that were acknowledged: up to ${sequence} events and ${deletions} deletions. ` +
    'Its log was damaged or lost, or the file is an older copy: send the events again, with the same ids, or restore a backup'
  );
}

/** Makes an error name the file. */
function toOpenError(error: unknown, path: string): StoreUnavailableError {
  const message = error instanceof Error ? error.message : String(error);
  if (isStoreUnavailableError(error) && message.startsWith(path)) return error;
  return createStoreUnavailableError(`${path} cannot be opened: ${message}`, { cause: error });
}

function createThreadedStore({ storeId, writer, reader }: Threads, deadlines: StoreDeadlines): EventStorePort {
  /** Fails immediately if an earlier change is blocked, such as by an unresponsive disk. */
  function requireResponsiveWriter(): void {
    if (writer.isStuck()) throw createStoreUnavailableError('the SQLite store is still busy with an earlier change');
  }

  return {
    id: storeId,
    guarantees: { durability: 'disk', conflicts: 'exact', batches: 'exact', following: 'exact' },
    append: async (batches) => {
      if (batches.every((batch) => batch.length === 0)) return batches.map(() => ({ results: [] }));
      requireResponsiveWriter();
      const rows = await mapBatchesInSlices(batches, toRow);
      const replies = await writer.call('append', rows, deadlines.appendMs);
      return batches.map((batch, index) => toOutcome(batch, replies?.[index]));
    },
    get: async (id) => {
      const row = await reader.call('get', id, deadlines.getMs);
      return row && toEvent(row);
    },
    query: async (request, { signal } = {}) =>
      mapInSlices(await reader.call('query', request, deadlines.queryMs, signal), toEvent),
    aggregate: async (request, { signal } = {}) =>
      fromCellParts(await reader.call('aggregate', request, deadlines.aggregateMs, signal), signal),
    delete: async (ids) => {
      requireResponsiveWriter();
      return writer.call('delete', ids, deadlines.deleteMs);
    },
    head: () => reader.call('head', undefined, deadlines.headMs),
    readAfter: async (request) => {
      const { rows, last } = await reader.call('readAfter', request, deadlines.readAfterMs);
      checkSequence(request.after, last);
      return mapInSlices(rows, ([sequence, ...row]) => ({ sequence, event: toEvent(row) }));
    },
    ping: async () => {
      await Promise.all([
        writer.call('ping', undefined, deadlines.pingMs),
        reader.call('ping', undefined, deadlines.pingMs),
      ]);
    },
    close: async () => {
      // The writer closes last, because the last connection moves the log into the file.
      await reader.stop(STOP_TIMEOUT_MS);
      await writer.stop(STOP_TIMEOUT_MS);
    },
  };
}

function toOutcome(batch: readonly Event[], reply: BatchReply | undefined): AppendOutcome {
  if (reply && 'conflicts' in reply) return reply;
  const results = batch.map((event, index) => {
    const duplicate = reply?.duplicates.get(index);
    return duplicate ? { event: toEvent(duplicate), stored: false } : { event, stored: true };
  });
  return { results };
}

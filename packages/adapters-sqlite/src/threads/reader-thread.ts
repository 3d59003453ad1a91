import type { EventId } from '@event-tracker/core';
import type { AggregateRequest, ArrivalRequest, PageRequest, Sequence } from '@event-tracker/core/store';
import { createStoreUnavailableError } from '@event-tracker/core/store';
import { aggregate } from '../aggregate.ts';
import { type Database, openDatabase } from '../database/database.ts';
import { type FileIdentity, requireSameFile } from '../database/file-identity.ts';
import { readMeta } from '../database/meta.ts';
import { createScanConnections } from '../database/scan-connections.ts';
import { getEvent } from '../get.ts';
import { findPage } from '../query.ts';
import { type FoundArrivals, findArrivals, findHead } from '../read-after.ts';
import type { EventRow } from '../sql/event-row.ts';
import { scanPage } from '../sql/scan-page.ts';
import { type CellParts, toCellParts } from './cell-parts.ts';
import { type Served, serveCalls } from './serve-calls.ts';

/** Options of the reader thread. */
export interface ReaderOptions {
  readonly path: string;
  /** The identity of the file that the writer thread has open. */
  readonly identity: FileIdentity;
}

export type ReaderCalls = {
  readonly get: (id: EventId) => EventRow | undefined;
  readonly query: (request: PageRequest, signal: AbortSignal) => readonly EventRow[] | Promise<readonly EventRow[]>;
  readonly aggregate: (request: AggregateRequest, signal: AbortSignal) => Promise<CellParts>;
  readonly storeId: (_: undefined) => string;
  readonly head: (_: undefined) => Sequence;
  readonly readAfter: (request: ArrivalRequest) => FoundArrivals;
  readonly ping: (_: undefined) => void;
};

const CACHE_BYTES = 64 * 1024 ** 2;
const SCAN_CACHE_BYTES = 8 * 1024 ** 2;

serveCalls(openReader);

function openReader({ path, identity }: ReaderOptions): Served<ReaderCalls> {
  function open(cacheBytes: number): Database {
    // Checked before, so that SQLite does not open another file, and after, because the file can change in between.
    requireSameFile(path, identity);
    const connection = openDatabase(path, { readOnly: true, cacheBytes });
    try {
      requireSameFile(path, identity);
    } catch (error) {
      connection.close();
      throw error;
    }
    return connection;
  }

  // A separate connection, so that index lookups never wait for a scan.
  const database = open(CACHE_BYTES);
  const scans = createScanConnections(() => open(SCAN_CACHE_BYTES));

  return {
    calls: {
      get: (id) => getEvent(database, id),
      query: (request, signal) =>
        findPage(database, request) ?? scans.use((connection) => scanPage(connection, request, signal)),
      aggregate: async (request, signal) => {
        const cells = await scans.use((connection) => aggregate(connection, request, signal));
        return toCellParts(cells, signal);
      },
      storeId: () => {
        const id = readMeta(database, 'store_id');
        if (id === undefined) throw createStoreUnavailableError(`${path} has lost its identity, store_id in meta`);
        return id;
      },
      head: () => findHead(database),
      readAfter: (request) => findArrivals(database, request),
      ping: () => {
        database.statement('SELECT 1 FROM events LIMIT 1').get();
      },
    },
    close: () => {
      scans.close();
      database.close();
    },
  };
}

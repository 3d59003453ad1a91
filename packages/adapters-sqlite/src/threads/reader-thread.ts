import type { AggregateCell, AggregateRequest, EventId, PageRequest } from '@event-tracker/core';
import { aggregate } from '../aggregate.ts';
import { type Database, openDatabase } from '../database/database.ts';
import { createScanConnections } from '../database/scan-connections.ts';
import { findPage } from '../query.ts';
import type { EventRow } from '../sql/event-row.ts';
import { scanPage } from '../sql/scan-page.ts';
import { selectById } from '../sql/select-by-id.ts';
import { type Served, serveCalls } from './serve-calls.ts';

/** What the reading thread is told when it opens. */
export interface ReaderOptions {
  readonly path: string;
}

/** A question that may take long, and when nobody waits for its answer any more. */
interface LongQuestion<Request> {
  readonly request: Request;
  readonly timeoutMs: number;
}

export type ReaderCalls = {
  readonly get: (id: EventId) => EventRow | undefined;
  readonly query: (question: LongQuestion<PageRequest>) => readonly EventRow[] | Promise<readonly EventRow[]>;
  readonly aggregate: (question: LongQuestion<AggregateRequest>) => Promise<readonly AggregateCell[]>;
  readonly ping: (_: undefined) => void;
};

const CACHE_BYTES = 64 * 1024 ** 2;
const SCAN_CACHE_BYTES = 16 * 1024 ** 2;

serveCalls(openReader);

function openReader({ path }: ReaderOptions): Served<ReaderCalls> {
  // What an index answers at once never waits for a scan.
  const database = openDatabase(path, { readOnly: true, cacheBytes: CACHE_BYTES });
  const scans = createScanConnections(() => openDatabase(path, { readOnly: true, cacheBytes: SCAN_CACHE_BYTES }));

  function scan<Request, Result>(
    timeoutMs: number,
    work: (database: Database, request: Request, signal: AbortSignal) => Promise<Result>,
    request: Request,
  ): Promise<Result> {
    const signal = AbortSignal.timeout(timeoutMs);
    return scans.use((connection) => work(connection, request, signal));
  }

  return {
    calls: {
      get: (id) => selectById(database, id),
      query: ({ request, timeoutMs }) => findPage(database, request) ?? scan(timeoutMs, scanPage, request),
      aggregate: ({ request, timeoutMs }) => scan(timeoutMs, aggregate, request),
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

import {
  composeStore,
  createStoreUnavailableError,
  DEFAULT_STORE_DEADLINES,
  type EventStorePort,
  type GroupCommitObserver,
  type StoreDeadlines,
} from '@event-tracker/core/store';
import { aggregate } from './aggregate.ts';
import { appendBatches } from './append.ts';
import { type Database, openDatabase, type Session } from './database/database.ts';
import { AGGREGATE_PARAMETERS, PAGE_PARAMETERS } from './database/planner-parameters.ts';
import { checkPostgresUrl } from './database/postgres-url.ts';
import { prepareSchema } from './database/prepare-schema.ts';
import { toStoreError } from './database/store-error.ts';
import { deleteEvents } from './delete.ts';
import { getEvent } from './get.ts';
import { findPage } from './query.ts';
import { findHead, readAfter } from './read-after.ts';
import { type ReadinessRow, selectReadiness } from './sql/select-readiness.ts';
import { type Tables, tablesIn } from './sql/tables.ts';

/** Where the events are, and how to get there. */
export interface PostgresEventStoreOptions {
  /** `postgres://USER:PASSWORD@HOST:PORT/DATABASE`, with the parameters that `pg` knows, such as `sslmode`. */
  readonly url: string;
  /** The schema that holds the tables, made where it is missing; `event_tracker` unless told otherwise. */
  readonly schema?: string;
  /** Most connections for everything but aggregates, which have four of their own; 10 unless told otherwise. */
  readonly maxConnections?: number;
  /** How long each call may take, in milliseconds. */
  readonly deadlines?: Partial<StoreDeadlines>;
  /** Told of how appends are put together, for metrics. */
  readonly groupCommitObserver?: GroupCommitObserver | undefined;
  /** Receives the reason, once, when the store has to wait for a server that cannot be reached. */
  readonly onWaiting?: ((reason: Error) => void) | undefined;
  /** How long to wait for a server that is still about to start, in milliseconds; 10,000 unless told otherwise. */
  readonly openTimeoutMs?: number;
}

/** So many are enough to keep the server busy, and leave room for pages. */
const AGGREGATE_CONNECTIONS = 4;

/**
 * Opens a store in PostgreSQL, which many servers can share, and brings its schema up to date. Concurrent appends share
 * a transaction; each is acknowledged when it is on disk. Connections that break are replaced.
 *
 * @throws RangeError where an option cannot be
 * @throws StoreUnavailableError where the server is away, cannot keep what the store promises, or has a newer schema
 */
export async function createPostgresEventStore(options: PostgresEventStoreOptions): Promise<EventStorePort> {
  const { url, schema = 'event_tracker', maxConnections = 10, openTimeoutMs = 10_000 } = options;
  checkPostgresUrl(url);
  const tables = tablesIn(schema);
  const id = await prepareSchema(url, tables, openTimeoutMs, options.onWaiting);

  const deadlines = { ...DEFAULT_STORE_DEADLINES, ...options.deadlines };
  const { aggregateMs, ...others } = deadlines;
  const database = openDatabase({
    url,
    maxConnections,
    deadlineMs: Math.max(...Object.values(others)),
    parameters: PAGE_PARAMETERS,
  });
  const forAggregates = openDatabase({
    url,
    maxConnections: AGGREGATE_CONNECTIONS,
    deadlineMs: aggregateMs,
    parameters: AGGREGATE_PARAMETERS,
  });
  const store = createStore(id, database, forAggregates, tables);
  const observer = options.groupCommitObserver;
  return composeStore(store, { name: 'the PostgreSQL store', deadlines, groupCommit: true, observer });
}

/** The calls themselves, each failing as the port says. */
function createStore(id: string, database: Database, forAggregates: Database, tables: Tables): EventStorePort {
  return {
    id,
    guarantees: { durability: 'disk', conflicts: 'exact', batches: 'exact', following: 'exact' },
    append: (batches) => explain(appendBatches(database, tables, batches)),
    get: (id) => explain(getEvent(database, tables, id)),
    // Taken in as they are now: their owner can change them while the call is under way.
    query: (request) => explain(findPage(database, tables, structuredClone(request))),
    aggregate: (request) => explain(aggregate(forAggregates, tables, structuredClone(request))),
    delete: (ids) => explain(deleteEvents(database, tables, [...ids])),
    head: () => explain(findHead(database, tables)),
    readAfter: (request) => explain(readAfter(database, tables, { ...request })),
    ping: () => explain(database.run((session) => checkReadiness(session, tables))),
    close: async () => {
      await Promise.all([database.close(), forAggregates.close()]);
    },
  };
}

/** @throws StoreUnavailableError while the server accepts no changes */
async function checkReadiness(session: Session, tables: Tables): Promise<void> {
  const [row] = await session.query<ReadinessRow>(selectReadiness(tables));
  if (!row?.is_standby && !row?.is_read_only) return;
  session.replaceConnections();
  const state = row.is_standby ? 'the server is a standby' : 'the database is read-only';
  throw createStoreUnavailableError(`PostgreSQL: ${state}, which accepts no changes`);
}

async function explain<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw toStoreError(error);
  }
}

import {
  composeStore,
  createStoreUnavailableError,
  DEFAULT_STORE_DEADLINES,
  type EventStore,
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

/** Options of `createPostgresEventStore`. */
export interface PostgresEventStoreOptions {
  /** `postgres://USER:PASSWORD@HOST:PORT/DATABASE`, with the parameters that `pg` supports, such as `sslmode`. */
  readonly url: string;
  /** The schema of the tables; created if it does not exist. Default: `event_tracker`. */
  readonly schema?: string;
  /** Maximum number of connections, in addition to four for aggregates. Default: 10. */
  readonly maxConnections?: number;
  /** Maximum duration of each call, in milliseconds. Default: `DEFAULT_STORE_DEADLINES` of core. */
  readonly deadlines?: Partial<StoreDeadlines>;
  /** Receives group-commit statistics, for metrics. */
  readonly groupCommitObserver?: GroupCommitObserver | undefined;
  /** Receives the reason, once, if the store waits for a server that is not reachable. */
  readonly onWaiting?: ((reason: Error) => void) | undefined;
  /** How long to wait for a server that is not reachable yet, in milliseconds. Default: 10,000. */
  readonly openTimeoutMs?: number;
}

/** Separate connections, so that aggregates do not delay pages. */
const AGGREGATE_CONNECTIONS = 4;

/**
 * Opens an event store in PostgreSQL and migrates its schema. Several servers can share the store. Concurrent appends share
 * a transaction; each is acknowledged after it is flushed to disk. Broken connections are replaced.
 *
 * @throws RangeError if an option is invalid
 * @throws StoreUnavailableError if the server is not reachable, cannot provide the guarantees of the store, or has a newer
 * schema
 */
export async function createPostgresEventStore(options: PostgresEventStoreOptions): Promise<EventStore> {
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

/** Creates the port without its wrappers. Maps errors to those of the port. */
function createStore(id: string, database: Database, forAggregates: Database, tables: Tables): EventStorePort {
  return {
    id,
    guarantees: { durability: 'disk', conflicts: 'exact', batches: 'exact', following: 'exact' },
    append: (batches) => explain(appendBatches(database, tables, batches)),
    get: (id) => explain(getEvent(database, tables, id)),
    // Copied, because the caller can change arguments during the call.
    query: (request, { signal } = {}) => explain(findPage(database, tables, structuredClone(request), signal)),
    aggregate: (request, { signal } = {}) =>
      explain(aggregate(forAggregates, tables, structuredClone(request), signal)),
    delete: (ids) => explain(deleteEvents(database, tables, [...ids])),
    head: () => explain(findHead(database, tables)),
    readAfter: (request, { signal } = {}) => explain(readAfter(database, tables, { ...request }, signal)),
    ping: () => explain(database.run((session) => checkReadiness(session, tables))),
    close: async () => {
      await Promise.all([database.close(), forAggregates.close()]);
    },
  };
}

/** @throws StoreUnavailableError if the server accepts no changes */
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

import { ClickHouseLogLevel, createClient } from '@clickhouse/client';
import {
  type CancelSignal,
  composeStore,
  DEFAULT_STORE_DEADLINES,
  type EventStore,
  type EventStorePort,
  type GroupCommitObserver,
  type StoreDeadlines,
  type StoreGuarantees,
} from '@event-tracker/core/store';
import { aggregate } from './aggregate.ts';
import { appendBatches } from './append.ts';
import { type ClickHouseAddress, parseClickHouseUrl } from './database/clickhouse-url.ts';
import { createDatabase, type Database } from './database/database.ts';
import { type Deadline, startDeadline } from './database/deadline.ts';
import { prepareSchema } from './database/prepare-schema.ts';
import { toStoreError } from './database/store-error.ts';
import { deleteEvents } from './delete.ts';
import { getEvent } from './get.ts';
import { createLock } from './lock.ts';
import { findPage } from './query.ts';
import { findHead, readAfter } from './read-after.ts';
import { type Tables, tablesIn } from './sql/tables.ts';

/** A connection of the client other than HTTP, such as the in-process ClickHouse of chdb. */
type Connection = NonNullable<NonNullable<Parameters<typeof createClient>[0]>['connection']>;

/** Options of `createClickHouseEventStore`. */
export interface ClickHouseEventStoreOptions {
  /**
   * `clickhouse://USER:PASSWORD@HOST:PORT/DATABASE`, over HTTP; with `?secure=true` over HTTPS. `cluster=NAME` spreads the
   * events over the shards of a cluster, `quorum=auto` (or a number) waits for that many replicas. Other parameters are
   * those of the client, such as `ch_max_threads=2`.
   */
  readonly url: string;
  /** A connection to use instead of HTTP. Closing the store closes it. */
  readonly connection?: Connection;
  /** Maximum number of concurrent requests. Default: 10. */
  readonly maxConnections?: number;
  /** Maximum duration of each call, in milliseconds. Default: `DEFAULT_STORE_DEADLINES` of core. */
  readonly deadlines?: Partial<StoreDeadlines>;
  /**
   * The age at which followers read an insert, in milliseconds. Must be at least the deadline of an append plus the
   * difference between the servers' clocks: followers miss an event that becomes visible later. Default: the deadline of an
   * append plus one second.
   */
  readonly followDelayMs?: number;
  /** Receives group-commit statistics, for metrics. */
  readonly groupCommitObserver?: GroupCommitObserver | undefined;
  /** How long to wait for a server that is not reachable yet, in milliseconds. Default: 10,000. */
  readonly openTimeoutMs?: number;
  /** Receives the reason, once, if the store waits for a server that is not reachable. */
  readonly onWaiting?: ((reason: Error) => void) | undefined;
}

/** Less than the server's keep-alive timeout of 3 to 30 seconds: a request on a connection that the server closes fails. */
const IDLE_MS = 2_000;
/** Maximum difference between the clocks of several ClickHouse servers. */
const CLOCK_SKEW_MS = 1_000;

/**
 * Opens an event store in ClickHouse, on one server or a cluster, and migrates its schema. Concurrent appends share an
 * insert; each is acknowledged after it is written to disk.
 *
 * @throws RangeError if an option is invalid
 * @throws StoreUnavailableError if the server is not reachable or too old, or has a newer schema
 */
export async function createClickHouseEventStore(options: ClickHouseEventStoreOptions): Promise<EventStore> {
  const address = parseClickHouseUrl(options.url);
  const tables = tablesIn(address.database, address.cluster);
  const deadlines = { ...DEFAULT_STORE_DEADLINES, ...options.deadlines };
  const database = createDatabase(connect(address, options), address.quorum);
  let id: string;
  try {
    const { openTimeoutMs = 10_000, onWaiting } = options;
    id = await prepareSchema(database, tables, address.quorum, openTimeoutMs, onWaiting);
  } catch (error) {
    await database.close();
    throw error;
  }
  const { followDelayMs = deadlines.appendMs + CLOCK_SKEW_MS } = options;
  const store = createStore(database, tables, { id, guarantees: guaranteesOf(address), deadlines, followDelayMs });
  const observer = options.groupCommitObserver;
  return composeStore(store, { name: 'the ClickHouse store', deadlines, groupCommit: true, observer });
}

function connect({ url, username, password }: ClickHouseAddress, options: ClickHouseEventStoreOptions) {
  try {
    return createClient({
      url,
      username,
      password,
      application: 'event-tracker',
      max_open_connections: options.maxConnections ?? 10,
      // The signal of each request aborts it earlier.
      request_timeout: 2 ** 31 - 1,
      keep_alive: { enabled: true, idle_socket_ttl: IDLE_MS, eagerly_destroy_stale_sockets: true },
      // Errors are reported to the caller.
      log: { level: ClickHouseLogLevel.OFF },
      ...(options.connection && { connection: options.connection }),
    });
  } catch (cause) {
    // The message of the client contains only the name of an unknown parameter, not its value.
    throw new RangeError(`url: expected parameters of the client: ${(cause as Error).message}`, { cause });
  }
}

/** ClickHouse has no unique keys, so concurrent servers can store a conflict; on a cluster, a batch spans several shards. */
function guaranteesOf({ cluster, quorum }: ClickHouseAddress): StoreGuarantees {
  return {
    durability: quorum === undefined ? 'disk' : 'replicated',
    conflicts: 'best effort',
    batches: cluster === undefined ? 'exact' : 'best effort',
    following: 'delayed',
  };
}

interface StoreSettings {
  readonly id: string;
  readonly guarantees: StoreGuarantees;
  readonly deadlines: StoreDeadlines;
  readonly followDelayMs: number;
}

/** Creates the port without its wrappers. Maps errors to those of the port. */
function createStore(
  database: Database,
  tables: Tables,
  { id, guarantees, deadlines, followDelayMs }: StoreSettings,
): EventStorePort {
  // The lookup of ids and the insert must not interleave with other changes of this server.
  const lock = createLock();

  async function within<T>(
    timeoutMs: number,
    work: (deadline: Deadline) => Promise<T>,
    signal?: CancelSignal,
  ): Promise<T> {
    try {
      return await work(startDeadline(timeoutMs, signal));
    } catch (error) {
      throw toStoreError(error);
    }
  }

  return {
    id,
    guarantees,
    append: (batches) =>
      lock(() => within(deadlines.appendMs, (deadline) => appendBatches(database, tables, batches, deadline))),
    get: (id) => within(deadlines.getMs, (deadline) => getEvent(database, tables, id, deadline)),
    // Copied, because the caller can change arguments during the call.
    query: (request, { signal } = {}) =>
      within(deadlines.queryMs, (deadline) => findPage(database, tables, structuredClone(request), deadline), signal),
    aggregate: (request, { signal } = {}) =>
      within(
        deadlines.aggregateMs,
        (deadline) => aggregate(database, tables, structuredClone(request), deadline),
        signal,
      ),
    delete: (ids) => {
      const taken = [...ids];
      return lock(() => within(deadlines.deleteMs, (deadline) => deleteEvents(database, tables, taken, deadline)));
    },
    head: () => within(deadlines.headMs, (deadline) => findHead(database, followDelayMs, deadline)),
    readAfter: (request, { signal } = {}) =>
      within(
        deadlines.readAfterMs,
        (deadline) => readAfter(database, tables, request, followDelayMs, deadline),
        signal,
      ),
    ping: () =>
      within(deadlines.pingMs, async (deadline) => {
        await database.select(`SELECT 1 FROM ${tables.events} LIMIT 1`, deadline);
      }),
    close: () => database.close(),
  };
}

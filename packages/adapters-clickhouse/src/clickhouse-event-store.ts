import { ClickHouseLogLevel, createClient } from '@clickhouse/client';
import {
  composeStore,
  DEFAULT_STORE_DEADLINES,
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

/** What the client takes in place of HTTP, such as the ClickHouse in process of chdb. */
type Connection = NonNullable<NonNullable<Parameters<typeof createClient>[0]>['connection']>;

/** Where the events are, and how to get there. */
export interface ClickHouseEventStoreOptions {
  /**
   * `clickhouse://USER:PASSWORD@HOST:PORT/DATABASE`, over HTTP; with `?secure=true` over HTTPS. `cluster=NAME` spreads the
   * events over the shards of a cluster, `quorum=auto` (or a number) waits for that many replicas. Other parameters are
   * those of the client, such as `ch_max_threads=2`.
   */
  readonly url: string;
  /** A connection to be used in place of HTTP; closing the store closes it. */
  readonly connection?: Connection;
  /** Most requests at a time; 10 unless told otherwise. */
  readonly maxConnections?: number;
  /** How long each call may take, in milliseconds. */
  readonly deadlines?: Partial<StoreDeadlines>;
  /**
   * How old an insert must be before followers read its events, in milliseconds. Followers miss an event that becomes visible
   * later than this: at least the deadline of an append and the difference of the servers' clocks. Default: both, with a
   * second for the clocks.
   */
  readonly followDelayMs?: number;
  /** Told of how appends are put together, for metrics. */
  readonly groupCommitObserver?: GroupCommitObserver | undefined;
  /** How long to wait for a server that is still about to start, in milliseconds; 10,000 unless told otherwise. */
  readonly openTimeoutMs?: number;
}

/** An idle connection is given up before the server gives it up, after 3 to 30 seconds: between the two a request fails. */
const IDLE_MS = 2_000;
/** How much the clocks of several ClickHouse servers may differ. */
const CLOCK_SKEW_MS = 1_000;

/**
 * Opens a store in ClickHouse, on one server or a cluster, and brings its schema up to date. Concurrent appends share an
 * insert; each is acknowledged when it is on disk.
 *
 * @throws RangeError where an option cannot be
 * @throws StoreUnavailableError where the server is away or too old, or has a newer schema
 */
export async function createClickHouseEventStore(options: ClickHouseEventStoreOptions): Promise<EventStorePort> {
  const address = parseClickHouseUrl(options.url);
  const tables = tablesIn(address.database, address.cluster);
  const deadlines = { ...DEFAULT_STORE_DEADLINES, ...options.deadlines };
  const database = createDatabase(connect(address, options), address.quorum);
  let id: string;
  try {
    id = await prepareSchema(database, tables, address.quorum, options.openTimeoutMs ?? 10_000);
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
      // Every request has a signal that ends it sooner.
      request_timeout: 2 ** 31 - 1,
      keep_alive: { enabled: true, idle_socket_ttl: IDLE_MS, eagerly_destroy_stale_sockets: true },
      // What goes wrong is told to whoever called.
      log: { level: ClickHouseLogLevel.OFF },
      ...(options.connection && { connection: options.connection }),
    });
  } catch (cause) {
    // Of an unknown parameter the client tells the name alone.
    throw new RangeError(`url: expected parameters of the client: ${(cause as Error).message}`, { cause });
  }
}

/** Other servers may write at the same time, and ClickHouse knows no unique keys; on a cluster, a batch is on many shards. */
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

/** The calls themselves, each failing as the port says. */
function createStore(
  database: Database,
  tables: Tables,
  { id, guarantees, deadlines, followDelayMs }: StoreSettings,
): EventStorePort {
  // Between looking for ids and taking them, nobody else of this server may.
  const lock = createLock();

  async function within<T>(timeoutMs: number, work: (deadline: Deadline) => Promise<T>): Promise<T> {
    try {
      return await work(startDeadline(timeoutMs));
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
    // Taken in as they are now: their owner can change them while the call is under way.
    query: (request) =>
      within(deadlines.queryMs, (deadline) => findPage(database, tables, structuredClone(request), deadline)),
    aggregate: (request) =>
      within(deadlines.aggregateMs, (deadline) => aggregate(database, tables, structuredClone(request), deadline)),
    delete: (ids) => {
      const taken = [...ids];
      return lock(() => within(deadlines.deleteMs, (deadline) => deleteEvents(database, tables, taken, deadline)));
    },
    head: () => within(deadlines.headMs, (deadline) => findHead(database, followDelayMs, deadline)),
    readAfter: (request) =>
      within(deadlines.readAfterMs, (deadline) => readAfter(database, tables, request, followDelayMs, deadline)),
    ping: () =>
      within(deadlines.pingMs, async (deadline) => {
        await database.select(`SELECT 1 FROM ${tables.events} LIMIT 1`, deadline);
      }),
    close: () => database.close(),
  };
}

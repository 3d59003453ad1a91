import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ClickHouseClient, createClient } from '@clickhouse/client';
import type { EventStorePort } from '@event-tracker/core/store';
import { TEST_DEADLINES } from '@event-tracker/event-store-conformance';
import { type ClickHouseEventStoreOptions, createClickHouseEventStore } from '../src/index.ts';
import { createLock } from '../src/lock.ts';

/** A ClickHouse for tests. */
export interface Engine {
  readonly client: ClickHouseClient;
  /** Opens the store in the database of a name. */
  open(database: string, options?: Partial<ClickHouseEventStoreOptions>): Promise<EventStorePort>;
  /** Runs a statement. */
  run(statement: string): Promise<void>;
  /** Returns the rows of a query. */
  query<Row>(text: string): Promise<readonly Row[]>;
  drop(database: string): Promise<void>;
}

/** Longer than an insert, and short enough for each test to wait. */
const FOLLOW_DELAY_MS = 1_000;

type Connection = NonNullable<ClickHouseEventStoreOptions['connection']>;

/**
 * Returns the server of `TEST_CLICKHOUSE_URL`, or the ClickHouse that runs in this process; undefined if this platform has
 * none.
 */
export async function findEngine(): Promise<Engine | undefined> {
  const given = process.env.TEST_CLICKHOUSE_URL;
  if (given) return engineAt(given);
  const connect = await findConnect();
  return connect && engineAt('clickhouse://in-process', connect);
}

/** True if ClickHouse in process is installed: `npm run check` installs it, `npm test` does not. */
export async function hasEngine(): Promise<boolean> {
  return (await findConnect()) !== undefined;
}

/**
 * Returns a cluster of one shard in this process. Without Keeper: the clauses that require it are deleted from the
 * statements.
 */
export async function findCluster(): Promise<Engine | undefined> {
  const connect = await findConnect(ONE_SHARD);
  return connect && engineAt('clickhouse://in-process?cluster=one', () => withoutKeeper(connect()));
}

const ONE_SHARD = `
  <clickhouse>
    <tcp_port>9000</tcp_port>
    <remote_servers>
      <one><shard><replica><host>127.0.0.1</host><port>9000</port></replica></shard></one>
    </remote_servers>
  </clickhouse>`;

function withoutKeeper(connection: Connection): Connection {
  return withMethods(connection, {
    command: (params) => {
      const query = params.query
        .replaceAll(` ON CLUSTER 'one'`, '')
        .replaceAll(/Replicated(ReplacingMergeTree)\('[^']*', '[^']*'(?:, )?/g, '$1(');
      return connection.command({ ...params, query });
    },
  });
}

const waitForTurn = createLock();

/**
 * Runs one changing statement at a time, because inserts were observed to hang while others ran in the same process. Reads
 * run concurrently.
 */
function withOneChangeAtATime(connection: Connection): Connection {
  return withMethods(connection, {
    insert: (params) => waitForTurn(() => connection.insert(params)),
    command: (params) => waitForTurn(() => connection.command(params)),
    exec: (params) => {
      const exec = () => connection.exec(params);
      return /^\s*SELECT\b/i.test(params.query) ? exec() : waitForTurn(exec);
    },
  });
}

/** Returns the connection with some of its methods replaced. */
function withMethods(connection: Connection, methods: Partial<Connection>): Connection {
  return new Proxy(connection, {
    get: (target, name) => {
      if (Object.hasOwn(methods, name)) return Reflect.get(methods, name);
      const member: unknown = Reflect.get(target, name);
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
}

function engineAt(base: string, connect?: () => Connection): Engine {
  const client = createClient(connect ? { connection: connect() } : clientOptionsOf(base));
  return {
    client,
    open: (database, options) => {
      const url = new URL(base);
      url.pathname = `/${database}`;
      const connection = connect && { connection: connect() };
      return createClickHouseEventStore({
        url: url.href,
        deadlines: TEST_DEADLINES,
        followDelayMs: FOLLOW_DELAY_MS,
        ...connection,
        ...options,
      });
    },
    run: async (query) => {
      await client.command({ query });
    },
    query: async <Row>(query: string) => {
      const result = await client.query({ query, format: 'JSONEachRow' });
      return result.json<Row>();
    },
    drop: async (database) => {
      await client.command({ query: `DROP DATABASE IF EXISTS ${database} SYNC` });
    },
  };
}

function clientOptionsOf(base: string) {
  const { username, password, host } = new URL(base);
  return { url: `http://${host}`, username: username || 'default', password };
}

/** Returns the engine of this process on a folder, which an earlier process may have used. */
export async function findEngineAt(folder: string): Promise<Engine | undefined> {
  const connect = await findConnect(undefined, folder);
  return connect && engineAt('clickhouse://in-process', connect);
}

/** Returns the engine of this process, which can write backups to a folder. */
export async function findEngineWithBackups(folder: string): Promise<Engine | undefined> {
  const connect = await findConnect(
    `<clickhouse><backups><allowed_path>${folder}</allowed_path></backups></clickhouse>`,
  );
  return connect && engineAt('clickhouse://in-process', connect);
}

/** Creates a folder that is deleted when this process ends. */
export function newFolder(): string {
  const folder = mkdtempSync(join(roomyFolder(), 'event-tracker-clickhouse-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Connects to the engine, of which a process can have only one. */
async function findConnect(
  configuration?: string,
  folder: string = newFolder(),
): Promise<(() => Connection) | undefined> {
  try {
    const { createChdbConnection } = await import('@event-tracker/clickhouse-engine');
    const path = join(folder, 'data');
    if (configuration !== undefined) await configure(path, folder, configuration);
    // The engine has a copy of the client's types, and a class with a private member is not assignable to its copy.
    return () => withOneChangeAtATime(createChdbConnection({ path }) as unknown as Connection);
  } catch {
    return undefined;
  }
}

/** Configures the engine, which only the first connection can do. */
async function configure(path: string, folder: string, configuration: string): Promise<void> {
  const { Session } = await import('@event-tracker/clickhouse-engine');
  const file = join(folder, 'config.xml');
  writeFileSync(file, configuration);
  new Session(path, { connectionArgs: [`--config-file=${file}`] });
}

/** In memory if there is enough, because the tests would otherwise mostly wait for the disk. */
function roomyFolder(): string {
  try {
    const { bavail, bsize } = statfsSync('/dev/shm');
    if (bavail * bsize > 2 * 1024 ** 3) return '/dev/shm';
  } catch {
    // This system has no folder in memory.
  }
  return tmpdir();
}

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
  /** Runs a statement as it stands. */
  run(statement: string): Promise<void>;
  /** Answers the rows of a query. */
  query<Row>(text: string): Promise<readonly Row[]>;
  drop(database: string): Promise<void>;
}

/** Longer than an insert takes, and short enough to wait for in each test. */
const FOLLOW_DELAY_MS = 1_000;

type Connection = NonNullable<ClickHouseEventStoreOptions['connection']>;

/**
 * The server of `TEST_CLICKHOUSE_URL`, or the ClickHouse that runs in this process; undefined where there is none for this
 * platform.
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

/** A cluster of one shard, in this process. There is no Keeper: what would take one is left out of the statements. */
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
 * Lets one statement at a time change something in the engine: an insert has been seen to hang, without end, while others
 * were under way in the same process. Reads are not held up, and meet changes that are under way.
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

/** The engine of this process on a folder that may have been one's before. */
export async function findEngineAt(folder: string): Promise<Engine | undefined> {
  const connect = await findConnect(undefined, folder);
  return connect && engineAt('clickhouse://in-process', connect);
}

/** The engine of this process, which may write backups into a folder. */
export async function findEngineWithBackups(folder: string): Promise<Engine | undefined> {
  const connect = await findConnect(
    `<clickhouse><backups><allowed_path>${folder}</allowed_path></backups></clickhouse>`,
  );
  return connect && engineAt('clickhouse://in-process', connect);
}

/** A folder that is removed with this process. */
export function newFolder(): string {
  const folder = mkdtempSync(join(roomyFolder(), 'event-tracker-clickhouse-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Makes connections to the one engine that a process can have. */
async function findConnect(
  configuration?: string,
  folder: string = newFolder(),
): Promise<(() => Connection) | undefined> {
  try {
    const { createChdbConnection } = await import('@event-tracker/clickhouse-engine');
    const path = join(folder, 'data');
    if (configuration !== undefined) await configure(path, folder, configuration);
    // Two copies of the same types, of which one class has a private member.
    return () => withOneChangeAtATime(createChdbConnection({ path }) as unknown as Connection);
  } catch {
    return undefined;
  }
}

/** The first connection decides how the engine is configured. */
async function configure(path: string, folder: string, configuration: string): Promise<void> {
  const { Session } = await import('@event-tracker/clickhouse-engine');
  const file = join(folder, 'config.xml');
  writeFileSync(file, configuration);
  new Session(path, { connectionArgs: [`--config-file=${file}`] });
}

/** In memory where there is room: nearly all of the time the tests would wait for the disk, of which they say nothing. */
function roomyFolder(): string {
  try {
    const { bavail, bsize } = statfsSync('/dev/shm');
    if (bavail * bsize > 2 * 1024 ** 3) return '/dev/shm';
  } catch {
    // There is none on this system.
  }
  return tmpdir();
}

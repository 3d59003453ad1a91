import { mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ClickHouseClient, createClient } from '@clickhouse/client';
import type { EventStorePort } from '@event-tracker/core';
import type { ClickHouseEventStoreOptions } from '../src/index.ts';
import { createClickHouseEventStore } from '../src/index.ts';

/** A ClickHouse for tests. */
export interface Engine {
  /** Opens the store in the database of a name. */
  open(database: string, options?: Partial<ClickHouseEventStoreOptions>): Promise<EventStorePort>;
  readonly client: ClickHouseClient;
  /** Runs a statement as it stands. */
  run(statement: string): Promise<void>;
  /** Answers the rows of a query. */
  query<Row>(text: string): Promise<readonly Row[]>;
  drop(database: string): Promise<void>;
}

type Connection = NonNullable<ClickHouseEventStoreOptions['connection']>;

/** The tests say nothing of the speed of the machine that runs them. */
export const PATIENT = {
  appendMs: 30_000,
  getMs: 30_000,
  queryMs: 30_000,
  aggregateMs: 60_000,
  deleteMs: 30_000,
  pingMs: 30_000,
};

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

function engineAt(base: string, connect?: () => Connection): Engine {
  const client = connect ? createClient({ connection: connect() }) : createClient(clientOptionsOf(base));
  return {
    client,
    open: (database, options) => {
      const url = new URL(base);
      url.pathname = `/${database}`;
      const connection = connect && { connection: connect() };
      return createClickHouseEventStore({ url: url.href, deadlines: PATIENT, ...connection, ...options });
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

/** Makes connections to the one engine that a process can have, on a folder that is removed with it. */
async function findConnect(): Promise<(() => Connection) | undefined> {
  try {
    const { createChdbConnection } = await import('chdb/connection');
    const path = mkdtempSync(join(roomyFolder(), 'event-tracker-clickhouse-'));
    process.on('exit', () => rmSync(path, { recursive: true, force: true }));
    // Two copies of the same types, of which one class has a private member.
    return () => createChdbConnection({ path }) as unknown as Connection;
  } catch {
    return undefined;
  }
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

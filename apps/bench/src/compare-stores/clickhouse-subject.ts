import { createClient } from '@clickhouse/client';
import { type ClickHouseEventStoreOptions, createClickHouseEventStore } from '@event-tracker/adapters-clickhouse';
import { DATABASE, DEADLINES, type Subject } from './subject.ts';

type Connection = NonNullable<ClickHouseEventStoreOptions['connection']>;

/** @param given `clickhouse://…` for a server, `clickhouse:PATH` for the engine that runs in this process */
export async function openClickHouse(given: string): Promise<Subject> {
  const path = given.slice('clickhouse:'.length);
  const isServer = path.startsWith('//');
  const connect = isServer ? undefined : await findConnect(path);
  const address = new URL(isServer ? given : 'clickhouse://in-process');
  address.pathname = DATABASE;
  address.searchParams.set('ch_max_threads', '1');
  const client = createClient({
    ...(connect ? { connection: connect() } : { url: given.replace('clickhouse:', 'http:') }),
    clickhouse_settings: { max_threads: 1 },
  });
  const store = await createClickHouseEventStore({
    url: address.href,
    deadlines: DEADLINES,
    ...(connect && { connection: connect() }),
  });
  return {
    store,
    client,
    countBytes: async () => {
      const query = `SELECT sum(bytes_on_disk) AS bytes FROM system.parts WHERE active AND database = '${DATABASE}'`;
      const result = await client.query({ query, format: 'JSONEachRow' });
      const [row] = await result.json<{ bytes: string }>();
      return Number(row?.bytes);
    },
    close: async () => {
      await store.close();
      await client.close();
    },
  };
}

/** Returns a function that connects to the engine of this process. Loads the engine only when it is called. */
async function findConnect(path: string): Promise<() => Connection> {
  const { createChdbConnection } = await import('@event-tracker/clickhouse-engine');
  // The engine has a copy of the client's types, and a class with a private member is not assignable to its copy.
  return () => createChdbConnection({ path }) as unknown as Connection;
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ClickHouseClient, ClickHouseLogLevel, createClient } from '@clickhouse/client';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createDatabase, type Database } from '../src/database/database.ts';
import { startDeadline } from '../src/database/deadline.ts';

/** A ClickHouse server, which the engine in process is not. That of Debian is too old for the store, but not for these tests. */
const PROGRAM = '/usr/sbin/clickhouse-server';
const GIVEN_URL = process.env.TEST_CLICKHOUSE_URL;

/** Takes minutes. */
const LONG_QUERY = 'SELECT max(sipHash64(number)) AS greatest FROM numbers(1000000000000)';
/** Sends rows immediately, and does not end by itself. */
const ENDLESS_ROWS = 'SELECT number FROM system.numbers';

describe.skipIf(GIVEN_URL === undefined && !existsSync(PROGRAM))(
  `on a server (TEST_CLICKHOUSE_URL, ${PROGRAM})`,
  () => {
    let server: { readonly url: string; stop(): Promise<void> };
    let client: ClickHouseClient;
    let database: Database;

    beforeAll(async () => {
      server = GIVEN_URL === undefined ? await startServer() : { url: toHttp(GIVEN_URL), stop: async () => {} };
      client = createClient({ url: server.url, log: { level: ClickHouseLogLevel.OFF } });
      await vi.waitFor(async () => expect(await client.ping()).toMatchObject({ success: true }), { timeout: 20_000 });
      database = createDatabase(client);
    });
    afterAll(async () => {
      await client.close();
      await server.stop();
    });

    /** Returns the number of queries that the server runs and that contain a text. */
    async function countRunning(text: string): Promise<number> {
      const query = `SELECT query FROM system.processes WHERE query NOT LIKE '%system.processes%'`;
      const result = await client.query({ query, format: 'JSONEachRow' });
      const rows = await result.json<{ readonly query: string }>();
      return rows.filter((row) => row.query.includes(text)).length;
    }

    test('ends a query whose caller aborts it', async () => {
      const controller = new AbortController();
      const selected = database.select(LONG_QUERY, startDeadline(60_000, controller.signal)).catch(String);
      await expect.poll(() => countRunning(LONG_QUERY)).toBe(1);
      controller.abort(new Error('the client left'));
      expect(await selected).toContain('abort');
      await expect.poll(() => countRunning(LONG_QUERY)).toBe(0);
    });

    test('ends a query at its deadline', async () => {
      const selected = database.select(LONG_QUERY, startDeadline(1_000));
      await expect(selected).rejects.toThrow();
      await expect.poll(() => countRunning(LONG_QUERY)).toBe(0);
    });

    test('ends a query whose rows are no longer read', async () => {
      for await (const rows of database.stream(ENDLESS_ROWS, startDeadline(60_000))) {
        expect(rows.length).toBeGreaterThan(0);
        break;
      }
      await expect.poll(() => countRunning(ENDLESS_ROWS)).toBe(0);
    });
  },
);

function toHttp(url: string): string {
  return url.replace(/^clickhouse:/, 'http:').replace(/\/[^/]*$/, '');
}

/** Starts a server with an empty folder. */
async function startServer(): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'event-tracker-clickhouse-server-'));
  const port = await freePort();
  writeFileSync(join(folder, 'users.xml'), USERS);
  writeFileSync(join(folder, 'config.xml'), configuration(folder, port));
  const child = spawn(PROGRAM, [`--config-file=${join(folder, 'config.xml')}`], { cwd: folder, stdio: 'ignore' });
  return {
    url: `http://127.0.0.1:${port}`,
    stop: async () => {
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
      rmSync(folder, { recursive: true });
    },
  };
}

function configuration(folder: string, port: number): string {
  return `<yandex>
    <logger><level>error</level><console>1</console></logger>
    <listen_host>127.0.0.1</listen_host><http_port>${port}</http_port>
    <path>${folder}/data/</path><tmp_path>${folder}/tmp/</tmp_path><users_config>${folder}/users.xml</users_config>
    <default_profile>default</default_profile><default_database>default</default_database>
    <mark_cache_size>1000000</mark_cache_size>
  </yandex>`;
}

const USERS = `<yandex>
  <profiles><default></default></profiles><quotas><default></default></quotas>
  <users><default>
    <password></password><networks><ip>127.0.0.1</ip></networks><profile>default</profile><quota>default</quota>
  </default></users>
</yandex>`;

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (typeof address !== 'object' || address === null) throw new Error('the server has no port');
  return address.port;
}

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Event } from '@event-tracker/core';
import { type Arrival, appendBatch, type EventStorePort, epochNanosecondsOf } from '@event-tracker/core/store';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { createPostgresEventStore } from '../src/index.ts';
import { anEvent, events } from './events.ts';
import { hasPostgres, type PostgresServer, startPostgres } from './postgres-server.ts';
import { dropSchema, newSchema, withClient } from './schemas.ts';

const url = inject('postgresUrl') ?? '';

describe.skipIf(url === '')('the order of arrival', { timeout: 60_000 }, () => {
  let schema: string;
  let store: EventStorePort;
  let clients: pg.Client[];
  let children: ChildProcess[];

  beforeEach(async () => {
    schema = newSchema();
    store = await createPostgresEventStore({ url, schema });
    clients = [];
    children = [];
  });
  afterEach(async () => {
    for (const child of children) child.kill('SIGKILL');
    await Promise.all(clients.map((client) => client.end()));
    await store.close();
    await dropSchema(url, schema);
  });

  test('waits for a transaction with smaller numbers, whose events a plain reader misses', async () => {
    const [first, second] = [anEvent(), anEvent()];
    const writer = await connect();
    await writer.query('BEGIN');
    await insert(writer, first);
    await appendBatch(store, [second]);
    expect(await readPlainly(0n)).toEqual([second.id]);
    expect(await readIds()).toEqual([]);
    await writer.query('COMMIT');
    expect(await readIds()).toEqual([first.id, second.id]);
    const [read] = await readAfter(0n);
    expect(await readPlainly((read?.sequence ?? 0n) + 1n), 'the plain reader misses the events').toEqual([]);
  });

  test('skips a transaction that was rolled back', async () => {
    const writer = await connect();
    await writer.query('BEGIN');
    await insert(writer, anEvent());
    const event = anEvent();
    await appendBatch(store, [event]);
    await writer.query('ROLLBACK');
    expect(await readIds()).toEqual([event.id]);
  });

  test('announces again after a rollback to a savepoint has undone the announcement', async () => {
    const writer = await connect();
    await writer.query('BEGIN; SAVEPOINT a');
    await insert(writer, anEvent());
    await writer.query('ROLLBACK TO a');
    const kept = anEvent();
    await insert(writer, kept);
    const other = anEvent();
    await appendBatch(store, [other]);
    expect(await readIds()).toEqual([]);
    await writer.query('COMMIT');
    expect(await readIds()).toEqual([kept.id, other.id]);
  });

  test('holds at most two locks per transaction for any number of statements', async () => {
    const writer = await connect();
    await writer.query('BEGIN');
    for (let n = 0; n < 20; n++) {
      await insert(writer, anEvent());
      await appendBatch(store, [anEvent()]);
    }
    const held = await writer.query(
      `SELECT count(*)::int AS count FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()`,
    );
    expect(held.rows).toEqual([{ count: 2 }]);
    await writer.query('COMMIT');
    expect(await readIds()).toHaveLength(40);
  });

  test.each([
    ['it wrote another table', 'CREATE TEMPORARY TABLE t (n int)'],
    ['a first statement inserted nothing', `INSERT INTO SCHEMA.events (id) SELECT gen_random_uuid() WHERE false`],
    ['it set the parameter in an earlier transaction', ''],
  ])('announces a transaction after %s', async (_, earlier) => {
    const writer = await connect();
    await writer.query('BEGIN');
    for (const event of events(3)) await insert(writer, event);
    await writer.query('ROLLBACK');
    await writer.query('BEGIN');
    await writer.query(earlier.replace('SCHEMA', `"${schema}"`));
    const first = anEvent();
    await insert(writer, first);
    const second = anEvent();
    await appendBatch(store, [second]);
    expect(await readIds()).toEqual([]);
    await writer.query('COMMIT');
    expect(await readIds()).toEqual([first.id, second.id]);
  });

  test('does not wait for a transaction that writes in another database, or in another schema', async () => {
    const database = `${schema}_other`;
    await withClient(url, (client) => client.query(`CREATE DATABASE "${database}"`));
    try {
      const address = new URL(url);
      address.pathname = database;
      const elsewhere = await connect(address.href);
      await elsewhere.query('CREATE TABLE t (n int); BEGIN; INSERT INTO t VALUES (1)');
      const nearby = await connect();
      await nearby.query('CREATE TEMPORARY TABLE t (n int); BEGIN; INSERT INTO t VALUES (1)');
      const event = anEvent();
      await appendBatch(store, [event]);
      expect(await readIds()).toEqual([event.id]);
      await elsewhere.end();
      clients = clients.filter((client) => client !== elsewhere);
    } finally {
      await withClient(url, (client) => client.query(`DROP DATABASE "${database}" WITH (FORCE)`));
    }
  });

  test('continues after a writer is killed inside a transaction', async () => {
    const writer = await startWriter();
    const event = anEvent();
    await appendBatch(store, [event]);
    expect(await readIds(), 'while the writer runs').toEqual([]);
    writer.kill('SIGKILL');
    await expect.poll(() => readIds(), { timeout: 2_000 }).toEqual([event.id]);
  });

  test('continues after a writer is suspended inside a transaction', async () => {
    const writer = await startWriter();
    const event = anEvent();
    await appendBatch(store, [event]);
    writer.kill('SIGSTOP');
    // The server ends a session that is idle in a transaction for five seconds.
    await expect.poll(() => readIds(), { timeout: 8_000 }).toEqual([event.id]);
  });

  test('continues after deleted events, also when it is opened again', async () => {
    await appendBatch(store, events(10));
    const all = await readAfter(0n);
    await store.delete(all.slice(7).map(({ event }) => event.id));
    await store.close();
    store = await createPostgresEventStore({ url, schema });
    expect(await readAfter(0n)).toEqual(all.slice(0, 7));
    const event = anEvent();
    await appendBatch(store, [event]);
    expect(await readIds(all.at(-1)?.sequence)).toEqual([event.id]);
  });

  async function connect(to = url): Promise<pg.Client> {
    const client = new pg.Client({ connectionString: to });
    await client.connect();
    clients.push(client);
    return client;
  }

  /** Starts a process that inserts an event in a transaction and leaves the transaction open. */
  async function startWriter(): Promise<ChildProcess> {
    const file = join(import.meta.dirname, 'hold-transaction.ts');
    const child = spawn(process.execPath, ['--conditions=x-src', file, url, schema], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.push(child);
    await once(child.stdout, 'data');
    return child;
  }

  /** Inserts an event as an older server or psql does. */
  function insert(client: pg.Client, { id, event_type, timestamp, payload }: Event): Promise<unknown> {
    const values = [id, event_type, String(epochNanosecondsOf(timestamp)), JSON.stringify(payload)];
    const columns = 'id, event_type, epoch_nanoseconds, payload';
    return client.query(`INSERT INTO "${schema}".events (${columns}) VALUES ($1, $2, $3, $4)`, values);
  }

  async function readPlainly(after: bigint): Promise<string[]> {
    const text = `SELECT id FROM "${schema}".events WHERE sequence > $1 ORDER BY sequence`;
    const { rows } = await withClient(url, (client) => client.query<{ id: string }>(text, [String(after)]));
    return rows.map(({ id }) => id);
  }

  function readAfter(after: bigint): Promise<readonly Arrival[]> {
    return store.readAfter({ after, limit: 100 });
  }

  async function readIds(after = 0n): Promise<string[]> {
    return (await readAfter(after)).map(({ event }) => event.id);
  }
});

describe.skipIf(!hasPostgres())('the order of arrival in a server that crashes', { timeout: 120_000 }, () => {
  let server: PostgresServer;

  beforeAll(async () => {
    server = await startPostgres();
  }, 60_000);
  afterAll(() => server.stop());

  test('returns each acknowledged event once', async () => {
    const store = await createPostgresEventStore({ url: server.url, schema: newSchema() });
    const acknowledged = new Set<string>();
    const seen: string[] = [];
    let isOver = false;
    let after = 0n;
    const writers = Array.from({ length: 6 }, async () => {
      while (!isOver) {
        const batch = events(5);
        const result = await appendBatch(store, batch).catch(() => undefined);
        for (const { id } of result ? batch : []) acknowledged.add(id);
        await sleep(result ? 1 : 20);
      }
    });
    async function readOn(): Promise<number> {
      const page = await store.readAfter({ after, limit: 50 });
      for (const { event } of page) seen.push(event.id);
      after = page.at(-1)?.sequence ?? after;
      return page.length;
    }
    const reader = (async () => {
      while (!isOver) await readOn().catch(() => sleep(20));
    })();
    for (let crash = 0; crash < 2; crash++) {
      await sleep(700);
      await server.crashAndRestart();
    }
    await sleep(700);
    isOver = true;
    await Promise.all([...writers, reader]);
    while ((await readOn()) > 0);
    expect(new Set(seen).size, 'shown, each once').toBe(seen.length);
    const shown = new Set(seen);
    expect([...acknowledged].filter((id) => !shown.has(id))).toEqual([]);
    expect(acknowledged.size).toBeGreaterThan(100);
    await store.close();
  });
});

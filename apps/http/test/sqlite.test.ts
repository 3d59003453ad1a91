import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Event } from '@event-tracker/core';
import { afterAll, describe, expect, test } from 'vitest';
import { get, jsonOf } from './support/client.ts';
import { newEvent, postEvent, storedOf } from './support/events.ts';
import { freePort } from './support/free-port.ts';
import { logLinesOf } from './support/log-lines.ts';
import { startInProcess } from './support/start-in-process.ts';
import { runServer, startServer } from './support/start-server.ts';

const folder = mkdtempSync(join(tmpdir(), 'event-tracker-http-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('a server with a SQLite file', { timeout: 30_000 }, () => {
  test('has every acknowledged event when it restarts after a kill', async () => {
    const env = { EVENT_STORE: `sqlite:${join(folder, 'killed.sqlite')}` };
    const server = await startServer({ env });
    const responses = await Promise.all(
      Array.from({ length: 100 }, (_, n) => postEvent(server.url, newEvent('kept', { n }))),
    );
    expect(new Set(responses.map(({ status }) => status))).toEqual(new Set([201]));
    server.process.kill('SIGKILL');
    await server.exit;

    const restarted = await startServer({ env });
    const stored = await storedOf(restarted.url, 'kept');
    const byId = (events: readonly Event[]) => events.toSorted((a, b) => (a.id < b.id ? -1 : 1));
    expect(byId(stored)).toEqual(byId(responses.map((response) => jsonOf<Event>(response))));
    expect(await restarted.stop()).toMatchObject({ code: 0, complaints: [] });
  });

  test('reports its durability in the log and in /readyz', async () => {
    const name = `sqlite:${join(folder, 'durable.sqlite')}`;
    const server = await startInProcess({ env: { EVENT_STORE: name } });
    expect(server.stdout()).toContain(`store ${name} (durability: disk, new store, 0 events)`);
    const ready = await get(`${server.url}/readyz`);
    expect(jsonOf(ready)).toMatchObject({ status: 'ready', store: 'sqlite', guarantees: { durability: 'disk' } });
    expect(await server.stop()).toMatchObject({ code: 0, complaints: [] });
  });

  test('is the default, with its file below the working directory', async () => {
    const server = await startServer({ env: { EVENT_STORE: '' }, folder });
    expect(server.stdout()).toContain('store sqlite:./data/events.sqlite (durability: disk, new store, 0 events)');
    expect((await postEvent(server.url, newEvent('first'))).status).toBe(201);
    expect(await server.stop()).toMatchObject({ code: 0, complaints: [] });
    expect(existsSync(join(folder, 'data', 'events.sqlite'))).toBe(true);
  });
});

test('a server whose SQLite file is moved refuses changes, is not ready, and logs the reason', {
  timeout: 30_000,
}, async () => {
  const path = join(folder, 'moved.sqlite');
  const server = await startInProcess({ env: { EVENT_STORE: `sqlite:${path}` } });
  expect((await postEvent(server.url, newEvent('a'))).status).toBe(201);
  renameSync(path, `${path}.moved`);
  const refused = await postEvent(server.url, newEvent('a'));
  expect(refused.status).toBe(503);
  const ready = await get(`${server.url}/readyz`);
  expect(ready.status).toBe(503);
  for (const { text } of [refused, ready]) expect(text).not.toContain('moved.sqlite');
  const { stdout } = await server.stop();
  const lines = logLinesOf(stdout);
  const moved = expect.stringContaining('moved.sqlite was deleted or moved');
  expect(lines).toContainEqual(expect.objectContaining({ level: 'warn', msg: moved }));
  expect(lines).toContainEqual(expect.objectContaining({ route: '/events', status: 503, reason: moved }));
});

test('a server that lacks acknowledged changes reports it in the log and in /readyz', {
  timeout: 30_000,
}, async () => {
  const path = join(folder, 'emptied.sqlite');
  const env = { EVENT_STORE: `sqlite:${path}` };
  const first = await startInProcess({ env });
  await postEvent(first.url, newEvent('a'));
  await first.stop();
  truncateSync(path);
  const second = await startInProcess({ env });
  expect(jsonOf(await get(`${second.url}/readyz`))).toMatchObject({ status: 'ready', store_damage: 'changes_missing' });
  const { stdout } = await second.stop();
  const missing = expect.stringContaining('lacks changes that were acknowledged: up to 1 events');
  expect(logLinesOf(stdout)).toContainEqual(expect.objectContaining({ level: 'error', msg: missing }));
});

test('a server migrates the file of an earlier version, and refuses requests meanwhile', {
  timeout: 60_000,
}, async () => {
  const path = join(folder, 'earlier.sqlite');
  createEarlierFile(path, 200_000);
  const address = `127.0.0.1:${await freePort()}`;
  const starting = startServer({ env: { EVENT_STORE: `sqlite:${path}`, BIND_ADDRESS: address } });
  const refusals: string[] = [];
  await expect
    .poll(
      async () => {
        const response = await postEvent(`http://${address}`, newEvent('login')).catch(() => undefined);
        if (response?.status === 503) refusals.push(response.text);
        return response?.status;
      },
      { timeout: 25_000, interval: 20 },
    )
    .toBe(201);
  expect(refusals[0]).toMatch(/"the store is being migrated to the format of this version; \d+ % is done"/);
  const server = await starting;
  expect(jsonOf(await get(`${server.url}/stats`))).toMatchObject([{ value: 200_001 }]);
  const { complaints, stdout } = await server.stop();
  expect(complaints).toEqual([]);
  expect(stdout).toMatch(/the store is being migrated.* % of the store is migrated.* listens on /s);
});

describe('a server whose SQLite file cannot be opened', { timeout: 30_000 }, () => {
  const expectRefusal = async (path: string, reason: string): Promise<void> => {
    const { code, stdout, stderr } = await runServer({ env: { EVENT_STORE: `sqlite:${path}` } }).exit;
    expect(code).toBe(1);
    expect(logLinesOf(stdout)).toEqual([
      expect.objectContaining({ msg: expect.stringMatching(/^Event Tracker \S+ starts$/) }),
    ]);
    expect(stderr).toMatch(/^EVENT_STORE: [^\n]+\n$/);
    expect(stderr).toContain(`${path} ${reason}`);
  };

  test('reports in one line that another server uses it, and exits with 1', async () => {
    const path = join(folder, 'taken.sqlite');
    const server = await startInProcess({ env: { EVENT_STORE: `sqlite:${path}` } });
    await expectRefusal(path, 'is in use by another server');
    expect((await get(`${server.url}/readyz`)).status).toBe(200);
    await server.stop();
  });

  test('reports in one line that a newer version has written it, and exits with 1', async () => {
    const path = join(folder, 'newer.sqlite');
    await (await startInProcess({ env: { EVENT_STORE: `sqlite:${path}` } })).stop();
    const database = new DatabaseSync(path);
    database.exec('PRAGMA user_version = 1000');
    database.close();
    await expectRefusal(path, 'was written by a newer version');
  });

  test('reports in one line that it cannot be created, and exits with 1', async () => {
    mkdirSync(join(folder, 'folder'));
    await expectRefusal(join(folder, 'folder'), 'cannot be opened');
  });
});

/** Creates a file of schema version 4, which had the ids as text. */
function createEarlierFile(path: string, events: number): void {
  const database = new DatabaseSync(path);
  database.exec(`
    CREATE TABLE events (
      sequence INTEGER PRIMARY KEY AUTOINCREMENT,
      id TEXT NOT NULL UNIQUE,
      event_type TEXT NOT NULL,
      epoch_nanoseconds INTEGER NOT NULL,
      payload TEXT NOT NULL,
      payload_crc32 INTEGER
    ) STRICT;
    CREATE INDEX events_by_time ON events (epoch_nanoseconds, id);
    CREATE INDEX events_by_type_and_time ON events (event_type, epoch_nanoseconds, id);
    CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
    INSERT INTO meta VALUES ('store_id', '0123456789abcdef0123456789abcdef');
    WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers LIMIT ${events})
    INSERT INTO events (id, event_type, epoch_nanoseconds, payload)
    SELECT format('00000000-0000-4000-8000-%012x', n), 'login', n * 1000000000, '{}' FROM numbers;
    PRAGMA application_id = 0x45765472;
    PRAGMA user_version = 4;
  `);
  database.close();
}

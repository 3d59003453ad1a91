import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Event } from '@event-tracker/core';
import { afterAll, describe, expect, test } from 'vitest';
import { get, jsonOf } from './support/client.ts';
import { newEvent, postEvent, storedOf } from './support/events.ts';
import { runServer, startServer } from './support/start-server.ts';

const folder = mkdtempSync(join(tmpdir(), 'event-tracker-http-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('a server with a SQLite file', { timeout: 30_000 }, () => {
  test('has every acknowledged event when it starts again after it was killed', async () => {
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

  test('says how durable it is, where it starts and when it is asked', async () => {
    const name = `sqlite:${join(folder, 'durable.sqlite')}`;
    const server = await startServer({ env: { EVENT_STORE: name } });
    expect(server.stdout()).toContain(`store ${name} (durability: disk)`);
    const ready = await get(`${server.url}/readyz`);
    expect(jsonOf(ready)).toMatchObject({ status: 'ready', store: name, guarantees: { durability: 'disk' } });
    expect(await server.stop()).toMatchObject({ code: 0, complaints: [] });
  });

  test('is what starts without settings, its file below the folder of the start', async () => {
    const server = await startServer({ env: { EVENT_STORE: '' }, folder });
    expect(server.stdout()).toContain('store sqlite:./data/events.sqlite (durability: disk)');
    expect((await postEvent(server.url, newEvent('first'))).status).toBe(201);
    expect(await server.stop()).toMatchObject({ code: 0, complaints: [] });
    expect(existsSync(join(folder, 'data', 'events.sqlite'))).toBe(true);
  });
});

describe('a server whose SQLite file cannot be opened', { timeout: 30_000 }, () => {
  const expectRefusal = async (path: string, reason: string): Promise<void> => {
    const { code, stdout, stderr } = await runServer({ env: { EVENT_STORE: `sqlite:${path}` } }).exit;
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^EVENT_STORE: [^\n]+\n$/);
    expect(stderr).toContain(`${path} ${reason}`);
  };

  test('says in one line that another server has it, and exits with 1', async () => {
    const path = join(folder, 'taken.sqlite');
    const server = await startServer({ env: { EVENT_STORE: `sqlite:${path}` } });
    await expectRefusal(path, 'is in use by another server');
    expect((await get(`${server.url}/readyz`)).status).toBe(200);
    await server.stop();
  });

  test('says in one line that a newer version has written it, and exits with 1', async () => {
    const path = join(folder, 'newer.sqlite');
    await (await startServer({ env: { EVENT_STORE: `sqlite:${path}` } })).stop();
    const database = new DatabaseSync(path);
    database.exec('PRAGMA user_version = 1000');
    database.close();
    await expectRefusal(path, 'was written by a newer version');
  });

  test('says in one line that there cannot be one, and exits with 1', async () => {
    mkdirSync(join(folder, 'folder'));
    await expectRefusal(join(folder, 'folder'), 'cannot be opened');
  });
});

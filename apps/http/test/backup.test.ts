import { execFile } from 'node:child_process';
import { copyFileSync, existsSync, globSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { JsonObject } from '@event-tracker/core';
import { IS_QUICK } from '@event-tracker/event-store-conformance';
import { afterAll, expect, test } from 'vitest';
import { get } from './support/client.ts';
import { blocksIn, ROOT } from './support/documents.ts';
import { newEvent, postEvent, postLines } from './support/events.ts';
import { makeKey } from './support/keys.ts';
import { startDatabase } from './support/start-database.ts';
import { type StartedServer, startServer } from './support/start-server.ts';
import { startSteadyLoad } from './support/steady-load.ts';

/*
 * Backup and restore with the commands of docs/operate/backup.md. Each backup is taken while events are submitted, and
 * restored into an empty store. Every event that was acknowledged before must be restored byte for byte.
 */

const SHOWN_URL = 'http://127.0.0.1:8080';
/** The newest installed PostgreSQL with all its programs, if any. */
const POSTGRES_PROGRAMS = globSync('/usr/lib/postgresql/*/bin')
  .filter((folder) => existsSync(join(folder, 'pg_dump')) && existsSync(join(folder, 'postgres')))
  .sort((one, other) => Number(other.split('/')[4]) - Number(one.split('/')[4]))[0];

const folder = mkdtempSync(join(tmpdir(), 'event-tracker-backup-'));
const servers: StartedServer[] = [];
afterAll(async () => {
  for (const server of servers) await server.stop();
  rmSync(folder, { recursive: true });
});

/** A folder in which the commands run as in the clone. */
function newClone(name: string): string {
  const clone = join(folder, name);
  mkdirSync(clone);
  for (const name of [
    'node_modules',
    'package.json',
    'scripts',
    'apps',
    'packages',
    'pnpm-lock.yaml',
    'pnpm-workspace.yaml',
  ])
    symlinkSync(join(ROOT, name), join(clone, name));
  return clone;
}

async function start(EVENT_STORE: string, clone: string): Promise<StartedServer> {
  const server = await startServer({ env: { EVENT_STORE }, folder: clone });
  servers.push(server);
  return server;
}

/** Returns the commands in a section of the page, block by block. */
function commandsIn(section: string): readonly string[] {
  return blocksIn('docs/operate/backup.md', section, 'bash');
}

async function run(commands: string | undefined, clone: string, env: Record<string, string> = {}): Promise<void> {
  expect(commands).toBeDefined();
  await promisify(execFile)('sh', ['-ec', commands ?? ''], { cwd: clone, env: { ...process.env, ...env } });
}

async function exported(url: string): Promise<readonly string[]> {
  const { text } = await get(`${url}/events`, { Accept: 'application/x-ndjson' });
  return text.split('\n').slice(0, -1);
}

interface Backup {
  /** All events of the server after the last submit. */
  readonly all: readonly string[];
  /** The events that were acknowledged before the backup started. */
  readonly before: readonly string[];
}

/** Runs a backup of a server under load. */
async function backUp(url: string, take: () => Promise<void>): Promise<Backup> {
  const odd: readonly JsonObject[] = [
    { z: 1, a: { '10': [], '9': null }, constructor: 'x' },
    { text: '\\"\n\t😀\u2028', n: -1.5e-300 },
  ];
  await postEvent(
    url,
    Array.from({ length: 3_000 }, (_, n) => newEvent('old', odd[n] ?? { n }, `2025-01-01T00:00:00.00000${n % 10}Z`)),
  );
  const load = startSteadyLoad('new', () => url, [makeKey('one', 'write'), makeKey('other', 'write')]);
  await load.acknowledge(50);
  const acknowledged = new Set(load.acknowledged);
  await take();
  await load.acknowledge(50);
  await load.stop();
  const all = await exported(url);
  expect(load.acknowledged.size).toBeGreaterThan(acknowledged.size);
  return {
    all,
    before: all.filter((line) => line.includes('"event_type":"old"') || acknowledged.has(line.slice(7, 43))),
  };
}

async function expectRestored({ all, before }: Backup, url: string): Promise<void> {
  const restored = await exported(url);
  const found = new Set(restored);
  expect(before.length).toBeGreaterThanOrEqual(3_050);
  expect(before.filter((line) => !found.has(line))).toEqual([]);
  const known = new Set(all);
  expect(restored.filter((line) => !known.has(line))).toEqual([]);
  // Clients send the missing events again.
  expect((await postLines(url, all)).status).toBe(200);
  expect(await exported(url)).toEqual(all);
}

test.skipIf(IS_QUICK)('NDJSON: of any store, into any other', { timeout: 60_000 }, async () => {
  const clone = newClone('ndjson');
  const source = await start('memory:', clone);
  const [take = ''] = commandsIn('Any store: NDJSON');
  const backup = await backUp(source.url, () => run(take.replaceAll(SHOWN_URL, source.url), clone));

  const target = await start('sqlite:./restored.sqlite', clone);
  const [move = ''] = blocksIn('docs/move.md', 'Move events to another store', 'bash');
  const restore = move.slice(move.indexOf('split'));
  expect(restore).toContain('events.ndjson');
  await run(
    restore.replaceAll('events.ndjson', 'backup.ndjson').replaceAll('http://127.0.0.1:9090', target.url),
    clone,
  );
  await expectRestored(backup, target.url);
});

test.skipIf(IS_QUICK)('SQLite: a copy of the file, restored after a crash', { timeout: 60_000 }, async () => {
  const clone = newClone('sqlite');
  const source = await start('sqlite:./data/events.sqlite', clone);
  const [take, restore] = commandsIn('SQLite');
  const backup = await backUp(source.url, () => run(take, clone));
  await expect(run(take, clone), 'a second time').rejects.toThrow('already exists');

  source.process.kill('SIGKILL');
  await source.exit;
  expect(existsSync(join(clone, 'data/events.sqlite-wal'))).toBe(true);
  await run(restore, clone);
  expect(globSync('data/*', { cwd: clone })).toEqual(['data/events.sqlite']);
  await expectRestored(backup, (await start('sqlite:./data/events.sqlite', clone)).url);
});

test.skipIf(IS_QUICK)('SQLite: the file and its log after a kill; only the file after a stop', async () => {
  const killed = newClone('killed');
  const source = await start('sqlite:./events.sqlite', killed);
  await postEvent(
    source.url,
    Array.from({ length: 1_000 }, (_, n) => newEvent('a', { n })),
  );
  const all = await exported(source.url);
  source.process.kill('SIGKILL');
  await source.exit;

  const stopped = newClone('stopped');
  for (const file of ['events.sqlite', 'events.sqlite-wal']) copyFileSync(join(killed, file), join(stopped, file));
  const second = await start('sqlite:./events.sqlite', stopped);
  expect(await exported(second.url)).toEqual(all);
  expect((await second.stop()).code).toBe(0);

  const third = newClone('third');
  copyFileSync(join(stopped, 'events.sqlite'), join(third, 'events.sqlite'));
  expect(await exported((await start('sqlite:./events.sqlite', third)).url)).toEqual(all);
});

test.skipIf(IS_QUICK || POSTGRES_PROGRAMS === undefined)(
  `PostgreSQL: a dump, by the programs in ${POSTGRES_PROGRAMS ?? '/usr/lib/postgresql, of which there are none'}`,
  { timeout: 60_000 },
  async () => {
    const clone = newClone('postgres');
    const database = await startDatabase('postgres', POSTGRES_PROGRAMS ?? '');
    const ADMINISTRATOR = database.url ?? '';
    const PATH = `${POSTGRES_PROGRAMS}:${process.env.PATH}`;
    const EVENT_STORE = await createPlainRole(ADMINISTRATOR, PATH);
    const source = await start(EVENT_STORE, clone);
    const [take, restore, restoreInPlace] = commandsIn('PostgreSQL');
    const backup = await backUp(source.url, () => run(take, clone, { EVENT_STORE, PATH }));

    await run(restore, clone, { EVENT_STORE: ADMINISTRATOR, PATH });
    const target = await start(ADMINISTRATOR.replace(/[^/]+$/, 'restored'), clone);
    await expectRestored(backup, target.url);

    await source.stop();
    await run(restoreInPlace, clone, { EVENT_STORE, PATH });
    const restored = await start(EVENT_STORE, clone);
    await expectRestored(backup, restored.url);
    for (const server of [target, restored]) await server.stop();
    await database.stop();
  },
);

/** Creates a role that can create schemas in the database but no databases. Returns its URL. */
async function createPlainRole(administrator: string, PATH: string): Promise<string> {
  const url = new URL(administrator);
  const sql = `CREATE ROLE plain LOGIN NOCREATEDB PASSWORD 'secret'; GRANT CREATE ON DATABASE "${url.pathname.slice(1)}" TO plain`;
  const env = { ...process.env, PATH };
  await promisify(execFile)('psql', [administrator, '--set=ON_ERROR_STOP=1', `--command=${sql}`], { env });
  url.username = 'plain';
  url.password = 'secret';
  return url.href;
}

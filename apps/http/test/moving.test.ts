import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { JsonObject } from '@event-tracker/core';
import { IS_QUICK } from '@event-tracker/event-store-conformance';
import { afterAll, expect, test } from 'vitest';
import { get, post } from './support/client.ts';
import { blocksIn } from './support/documents.ts';
import { eventText, newEvent, postEvent } from './support/events.ts';
import { startDatabase } from './support/start-database.ts';
import { type StartedServer, startServer } from './support/start-server.ts';

const folder = mkdtempSync(join(tmpdir(), 'event-tracker-moving-'));
const [postgres, clickhouse] = IS_QUICK
  ? []
  : await Promise.all([startDatabase('postgres'), startDatabase('clickhouse')]);
const servers: StartedServer[] = [];
afterAll(async () => {
  for (const server of servers) await server.stop();
  await Promise.all([postgres?.stop(), clickhouse?.stop()]);
  rmSync(folder, { recursive: true });
});

async function startWith(EVENT_STORE: string, env: Readonly<Record<string, string>> = {}): Promise<string> {
  const server = await startServer({ env: { EVENT_STORE, ...env } });
  servers.push(server);
  return server.url;
}

/** Runs the commands of docs/move.md between two servers. */
async function move(from: string, to: string, cwd = mkdtempSync(join(folder, 'move-'))): Promise<string> {
  const [commands = ''] = blocksIn('docs/move.md', 'Move events to another store', 'bash');
  expect(commands).toContain('127.0.0.1:8080');
  const here = commands.replaceAll('http://127.0.0.1:8080', from).replaceAll('http://127.0.0.1:9090', to);
  const { stdout } = await promisify(execFile)('sh', ['-ec', here], { cwd });
  return stdout;
}

async function exported(url: string): Promise<string> {
  return (await get(`${url}/events`, { Accept: 'application/x-ndjson' })).text;
}

test.skipIf(IS_QUICK || postgres?.url === undefined || clickhouse?.url === undefined)(
  'events move from memory to SQLite, PostgreSQL, ClickHouse and back, byte for byte',
  { timeout: 60_000 },
  async () => {
    const memory = await startWith('memory:');
    const odd: readonly JsonObject[] = [
      { z: 1, a: { '10': [], '9': null }, constructor: 'x', 'a.b': '😀\u2028', n: -1.5e-300, big: 9007199254740991 },
      { text: '\\"\n\t', deep: [[[{ deeper: [0.1, true, ''] }]]] },
    ];
    await postEvent(
      memory,
      Array.from({ length: 2_500 }, (_, n) =>
        newEvent(
          `type.${n % 7}`,
          odd[n] ?? { n },
          `2025-01-01T00:${String(n % 60).padStart(2, '0')}:00.00000000${n % 10}Z`,
        ),
      ),
    );
    await post(`${memory}/events`, eventText('oldest', '{"b":1,"a":2}', '1900-01-01T00:00:00Z'));
    const own = { id: randomUUID(), ...newEvent('latest', {}, '2262-04-11T23:47:16.854775807Z') };
    await postEvent(memory, own);

    const original = await exported(memory);
    expect(original.match(/\n/g)).toHaveLength(2_502);
    let from = memory;
    for (const store of [
      `sqlite:${join(folder, 'moved.sqlite')}`,
      String(postgres?.url),
      String(clickhouse?.url),
      'memory:',
    ]) {
      const to = await startWith(store);
      expect(await move(from, to)).toMatch(/"accepted":1000.*"accepted":1000.*"accepted":502/s);
      expect((await exported(to)) === original, `${store} exports what was moved into it`).toBe(true);
      from = to;
    }
    // A second run stores nothing twice.
    expect(await move(memory, from)).toMatch(/"accepted":0,"duplicates":1000/);
    expect((await exported(from)) === original).toBe(true);
  },
);

test('stops at the first part that is refused, prints the reason, and submits nothing of an older export', async () => {
  const cwd = mkdtempSync(join(folder, 'refused-'));
  writeFileSync(join(cwd, 'part-zz'), eventText('of an older export', '{}'));
  const from = await startWith('memory:');
  await postEvent(
    from,
    Array.from({ length: 2_500 }, () => newEvent('moved')),
  );

  const limited = await startWith('memory:', { EVENTS_RATE_LIMIT: '1500/1h' });
  expect(await move(from, limited, cwd)).toMatch(
    /^\{"accepted":1000,.*\n.*"code":"rate_limited".*\nstopped at part-ab\n$/,
  );

  const to = await startWith('memory:');
  await move(from, to, cwd);
  expect((await exported(to)) === (await exported(from))).toBe(true);
});

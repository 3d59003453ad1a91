import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { findEngineAt, newFolder } from './engine.ts';

/** `LONG_TESTS=1` tries as often as it takes to believe it. */
const KILLS = process.env.LONG_TESTS === '1' ? 50 : 3;
const DATABASE = 'crashed';

/** What was told of each batch, by how the line begins. */
type Told = Record<'s' | 'a' | 'd' | 'r', string[]>;

const isServer = Boolean(process.env.TEST_CLICKHOUSE_URL);

test.skipIf(isServer)(`loses nothing when ClickHouse is killed, ${KILLS} times`, { timeout: 10 * 60_000 }, async () => {
  const folder = newFolder();
  const told: Told = { s: [], a: [], d: [], r: [] };
  for (let kill = 0; kill < KILLS; kill++) await ingestUntilKilled(told, folder);
  const engine = await findEngineAt(folder);
  if (!engine) return;
  const store = await engine.open(DATABASE);
  const found = await store.query({ filter: {}, order: 'asc', limit: 1_000_000 });
  const ids = found.map(({ id }) => id);
  const stored = new Set(ids);
  const [toRemove, removed, sent] = [new Set(told.d), new Set(told.r), new Set(told.s)];
  expect(told.a.length, 'acknowledged').toBeGreaterThan(0);
  expect(told.r.length, 'removed').toBeGreaterThan(0);
  expect(ids.length - stored.size, 'stored twice').toBe(0);
  expect(
    told.a.filter((id) => !stored.has(id) && !toRemove.has(id)),
    'acknowledged and lost',
  ).toEqual([]);
  expect(
    ids.filter((id) => removed.has(id)),
    'removed and there',
  ).toEqual([]);
  expect(
    ids.filter((id) => !sent.has(id)),
    'stored and never sent',
  ).toEqual([]);
  expect(
    batchesOf(told.s).filter((batch) => isCut(batch, stored)),
    'batches that were cut',
  ).toEqual([]);
  const byId = await Promise.all(found.slice(-50).map(({ id }) => store.get(id)));
  expect(byId, 'by their ids').toEqual(found.slice(-50));
  await store.close();
});

/** Starts a process that ingests, and kills it 50 to 500 ms after it has begun. */
async function ingestUntilKilled(told: Told, folder: string): Promise<void> {
  const args = ['--conditions=x-src', join(import.meta.dirname, 'ingest.ts'), folder, DATABASE];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    output += chunk;
  });
  const ended = once(child, 'close');
  await Promise.race([once(child.stdout, 'data'), ended]);
  await sleep(50 + Math.random() * 450);
  child.kill('SIGKILL');
  await ended;
  for (const line of output.split('\n').slice(0, -1)) {
    const [kind, ...ids] = line.split(' ');
    told[kind as keyof Told].push(...ids);
  }
}

const BATCH = 20;

function batchesOf(ids: readonly string[]): readonly (readonly string[])[] {
  return Array.from({ length: ids.length / BATCH }, (_, n) => ids.slice(n * BATCH, (n + 1) * BATCH));
}

/** Whether some of a batch is there, and some is not. */
function isCut(batch: readonly string[], stored: ReadonlySet<string>): boolean {
  const there = batch.filter((id) => stored.has(id)).length;
  return there > 0 && there < batch.length;
}

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { createSqliteEventStore } from '@event-tracker/adapters-sqlite';
import { expect, test } from 'vitest';
import { readAll } from './support/events.ts';
import { kill, messageFrom, runChild } from './support/run-child.ts';
import { useTemporaryFolder } from './support/temporary-folder.ts';

/** `LONG_TESTS=1` runs a hundred. */
const CYCLES = process.env.LONG_TESTS === '1' ? 100 : 5;

const folder = useTemporaryFolder();

test(`nothing acknowledged is lost, and nothing doubled, in ${CYCLES} kills while ingesting`, {
  timeout: CYCLES * 15_000,
}, async () => {
  const path = join(folder, 'events.sqlite');
  const recordPath = join(folder, 'record');
  writeFileSync(recordPath, '');
  for (let cycle = 0; cycle < CYCLES; cycle++) {
    const child = runChild('ingest.ts', [path, recordPath]);
    await messageFrom(child);
    await sleep(50 + Math.random() * 450);
    await kill(child);

    const record = readRecord(recordPath);
    const stored = await storedAfterRestart(path);
    const about = `cycle ${cycle}, ${record.acknowledged.size} acknowledged`;
    expect(new Set(stored.map(({ id }) => id)).size, `${about}: stored, each once`).toBe(stored.length);
    const ids = new Set(stored.map(({ id }) => id));
    expect(
      [...record.acknowledged].filter((id) => !ids.has(id)),
      `${about}: lost`,
    ).toEqual([]);
    expect(
      [...ids].filter((id) => !record.sent.has(id)),
      `${about}: never sent`,
    ).toEqual([]);
    expect(cutBatches(stored), `${about}: batches stored in part`).toEqual([]);
    expect(record.refused.size, `${about}: refused`).toBe(0);
    expect(integrityOf(path), about).toBe('ok');
  }
  expect(readRecord(recordPath).acknowledged.size).toBeGreaterThan(CYCLES);
});

function readRecord(path: string) {
  const record = { sent: new Set<string>(), acknowledged: new Set<string>(), refused: new Set<string>() };
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    const [what, id] = line.split(' ');
    if (id !== undefined && (what === 'sent' || what === 'acknowledged' || what === 'refused')) record[what].add(id);
  }
  return record;
}

async function storedAfterRestart(path: string) {
  const store = await createSqliteEventStore({ path, deadlines: { queryMs: 30_000 } });
  const stored = await readAll(store);
  await store.close();
  return stored;
}

type Stored = Awaited<ReturnType<typeof storedAfterRestart>>;

function cutBatches(stored: Stored): readonly unknown[] {
  const sizes = new Map<unknown, number>();
  for (const { payload } of stored) sizes.set(payload.batch, (sizes.get(payload.batch) ?? 0) + 1);
  return stored.filter(({ payload }) => sizes.get(payload.batch) !== payload.size).map(({ payload }) => payload.batch);
}

function integrityOf(path: string): unknown {
  const database = new DatabaseSync(path);
  const answer = database.prepare('PRAGMA integrity_check').get()?.integrity_check;
  database.close();
  return answer;
}

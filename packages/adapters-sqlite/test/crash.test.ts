import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createSqliteEventStore, verifySqliteFile } from '@event-tracker/adapters-sqlite';
import { byEffort } from '@event-tracker/event-store-conformance';
import { expect, test } from 'vitest';
import { readAll } from './support/events.ts';
import { kill, messageFrom, runChild } from './support/run-child.ts';
import { useTemporaryFolder } from './support/temporary-folder.ts';

const CYCLES = byEffort({ quick: 2, full: 20, long: 100 });

/** Few, because each cycle checks the events of all earlier cycles. */
const CYCLES_PER_FILE = byEffort({ quick: 2, full: 10, long: 10 });
/** Files tested concurrently, because most of a cycle is waiting. */
const LANES = 2;

const folder = useTemporaryFolder();

test(`loses and duplicates no acknowledged event in ${CYCLES} kills during ingestion`, {
  timeout: CYCLES * 15_000,
}, async ({ annotate }) => {
  let acknowledged = 0;
  const lanes = Array.from({ length: LANES }, async (_, lane) => {
    for (let file = lane; file < CYCLES / CYCLES_PER_FILE; file += LANES) {
      const path = join(folder, `${file}.sqlite`);
      const ofFile = await killOften(path, CYCLES_PER_FILE);
      acknowledged += ofFile;
      rmSync(path);
    }
  });
  await Promise.all(lanes);
  expect(acknowledged).toBeGreaterThan(CYCLES);
  await annotate(`${CYCLES} kills, ${acknowledged} events acknowledged, none lost, none duplicated`);
});

/** Repeatedly kills a process that ingests into a file. Returns the number of acknowledged events. */
async function killOften(path: string, cycles: number): Promise<number> {
  const recordPath = `${path}-record`;
  writeFileSync(recordPath, '');
  for (let cycle = 0; cycle < cycles; cycle++) {
    const child = runChild('ingest.ts', [path, recordPath]);
    await messageFrom(child);
    await sleep(50 + Math.random() * 450);
    await kill(child);

    const { sent, acknowledged, refused, deleting, deleted } = readRecord(recordPath);
    const stored = await storedAfterRestart(path);
    const ids = new Set(stored.map(({ id }) => id));
    const about = `cycle ${cycle}, ${acknowledged.size} acknowledged`;
    expect(ids.size, `${about}: stored, each once`).toBe(stored.length);
    expect(withoutThose(acknowledged, ids, deleting), `${about}: lost`).toEqual([]);
    expect(
      [...deleted].filter((id) => ids.has(id)),
      `${about}: reappeared after deletion`,
    ).toEqual([]);
    expect(withoutThose(ids, sent), `${about}: never sent`).toEqual([]);
    expect(cutBatches(stored), `${about}: batches stored in part`).toEqual([]);
    expect(refused.size, `${about}: refused`).toBe(0);
    expect(verifySqliteFile(path).problems, about).toEqual([]);
  }
  return readRecord(recordPath).acknowledged.size;
}

function withoutThose(ids: ReadonlySet<string>, ...others: readonly ReadonlySet<string>[]): readonly string[] {
  return [...ids].filter((id) => !others.some((other) => other.has(id)));
}

const RECORDED = ['sent', 'acknowledged', 'refused', 'deleting', 'deleted'] as const;
type Recorded = (typeof RECORDED)[number];

/** Returns the recorded ids by what the process recorded of them. */
function readRecord(path: string): Record<Recorded, ReadonlySet<string>> {
  const lines = readFileSync(path, 'utf8').split('\n');
  const idsOf = (wanted: Recorded): ReadonlySet<string> =>
    new Set(
      lines.flatMap((line) => {
        const [what, id] = line.split(' ');
        // The kill can have truncated the last line of a process.
        return what === wanted && id?.length === 36 ? [id] : [];
      }),
    );
  return Object.fromEntries(RECORDED.map((what) => [what, idsOf(what)])) as Record<Recorded, ReadonlySet<string>>;
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

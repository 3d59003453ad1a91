/*
 * How fast the store is beside the driver itself, in one run on one disk:
 *
 *   node --conditions=x-src packages/adapters-sqlite/bench/compare-with-driver.ts [folder]
 *
 * The folder decides which disk is measured; it is the system's for temporary files unless told otherwise. Figures of
 * both sides go up and down with the machine, so rounds alternate and the median of each side counts.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Event, EventStorePort, PageRequest } from '@event-tracker/core';
import { toRow } from '../src/event-row.ts';
import { createSqliteEventStore } from '../src/index.ts';
import { createEvents } from './events.ts';
import { openRawDriver, type RawDriver } from './raw-driver.ts';

const BATCH = 1_000;
const CALLERS = 64;

const folder = mkdtempSync(join(process.argv[2] ?? tmpdir(), 'sqlite-bench-'));
try {
  await compareBatches(1);
  await compareBatches(4);
  await compareSingles();
  await comparePages();
} finally {
  rmSync(folder, { recursive: true });
}

/** Batches of 1,000: raw prepared inserts in transactions, and `append` from some callers at a time. */
async function compareBatches(callers: number): Promise<void> {
  const batches = 100;
  const [raw, store] = await compare(5, batches * BATCH, {
    raw: (driver, events) => {
      const rows = events.map(toRow);
      return () => {
        for (let start = 0; start < rows.length; start += BATCH) driver.insert(rows.slice(start, start + BATCH));
      };
    },
    store: (store, events) => () =>
      inParallel(callers, batches, (batch) => store.append(events.slice(batch * BATCH, (batch + 1) * BATCH))),
  });
  report(`batches of ${BATCH}, ${callers} at a time`, raw, store, 'raw driver, one after the other');
}

/** Single appends from 64 callers at once, beside one commit for each. */
async function compareSingles(): Promise<void> {
  const [raw, store] = await compare(5, 4_000, {
    raw: (driver, events) => {
      const rows = events.map(toRow);
      return () => {
        for (const row of rows) driver.insert([row]);
      };
    },
    store: (store, events) => () =>
      inParallel(CALLERS, events.length, (index) => store.append(events.slice(index, index + 1))),
  });
  report(`single appends, ${CALLERS} at a time`, raw, store, 'raw driver, one commit each');
}

/** A page of 100 by type and range, among more and more events. */
async function comparePages(): Promise<void> {
  const store = await createSqliteEventStore({ path: join(folder, 'pages.sqlite') });
  let stored = 0;
  for (const size of [10_000, 1_000_000]) {
    for (; stored < size; stored += 10_000) await store.append(createEvents(10_000, stored));
    const start = 1_735_689_600_000_000_000n + BigInt(Math.floor(size / 2)) * 1_000_000_000n;
    const page: PageRequest = { filter: { event_type: ['login'], start, end: start * 2n }, order: 'asc', limit: 100 };
    const times: number[] = [];
    for (let round = 0; round < 200; round++) {
      const begin = performance.now();
      const found = await store.query(page);
      times.push(performance.now() - begin);
      if (found.length !== 100) throw new Error(`a page of ${found.length} events`);
    }
    print(`page of 100 by type and range among ${size}: median ${median(times).toFixed(2)} ms`);
  }
  await store.close();
}

interface Sides {
  readonly raw: (driver: RawDriver, events: readonly Event[]) => () => void;
  readonly store: (store: EventStorePort, events: readonly Event[]) => () => Promise<void>;
}

/** Runs both sides in turn, each time on an empty file, and answers the median events per second of each. */
async function compare(rounds: number, events: number, sides: Sides): Promise<readonly [raw: number, store: number]> {
  const speeds = { raw: [] as number[], store: [] as number[] };
  for (let round = 0; round < rounds; round++) {
    const given = createEvents(events, round * events);
    const driver = openRawDriver(join(folder, `raw-${events}-${round}.sqlite`));
    speeds.raw.push(events / (await secondsOf(sides.raw(driver, given))));
    driver.close();
    const store = await createSqliteEventStore({ path: join(folder, `store-${events}-${round}.sqlite`) });
    speeds.store.push(events / (await secondsOf(sides.store(store, given))));
    await store.close();
    for (const name of ['raw', 'store']) rmSync(join(folder, `${name}-${events}-${round}.sqlite`));
  }
  return [median(speeds.raw), median(speeds.store)];
}

async function inParallel(callers: number, tasks: number, task: (index: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  await Promise.all(
    Array.from({ length: callers }, async () => {
      while (next < tasks) await task(next++);
    }),
  );
}

async function secondsOf(work: () => unknown): Promise<number> {
  const begin = performance.now();
  await work();
  return (performance.now() - begin) / 1_000;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function report(what: string, raw: number, store: number, baseline: string): void {
  print(`${what}: ${store.toFixed()} events/s, ${(store / raw).toFixed(2)} of ${raw.toFixed()} (${baseline})`);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

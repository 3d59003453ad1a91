import { setTimeout as sleep } from 'node:timers/promises';
import type { Event } from '@event-tracker/core';
import { type Arrival, appendBatch, type EventStorePort, formatTimestamp } from '@event-tracker/core/store';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findEngine } from './engine.ts';
import { anEvent, events, newDatabase } from './events.ts';

const engine = await findEngine();

const COUNT = { filter: {}, metrics: [{ kind: 'count' }] } as const;
/** A filter that core must recheck. */
const HALF_A_CHARACTER = { event_type_prefix: ['', '\ud83d'] };

describe.skipIf(!engine)('an event with copies', () => {
  let database: string;
  let store: EventStorePort;
  const stored = Array.from({ length: 10 }, (_, n) =>
    anEvent({ timestamp: formatTimestamp(BigInt(n) * 1_000_000_000n), payload: { n } }),
  );

  beforeEach(async () => {
    database = newDatabase();
    if (engine) store = await engine.open(database);
    // A merge would delete all copies but one.
    await engine?.run(`SYSTEM STOP MERGES ${database}.events`);
    await appendBatch(store, stored);
  });
  afterEach(async () => {
    await store.close();
    await engine?.drop(database);
  });

  /** Stores copies of events, as a slow insert and its retry do. */
  async function copy(times: number, payload = 'payload'): Promise<void> {
    const columns = `UUIDNumToString(id), event_type, epoch_nanoseconds, ${payload}`;
    for (let n = 0; n < times; n++) {
      await engine?.run(
        `INSERT INTO ${database}.events (id_text, event_type, epoch_nanoseconds, payload)
        SELECT ${columns} FROM ${database}.events FINAL SETTINGS insert_deduplicate = 0`,
      );
    }
    expect(await countRows()).toBe(stored.length * (times + 1));
  }

  async function countRows(): Promise<number> {
    const [row] = (await engine?.query<{ rows: string }>(`SELECT count() AS rows FROM ${database}.events`)) ?? [];
    return Number(row?.rows);
  }

  test('is on one page once, and its copies do not shorten the page', async () => {
    await copy(3);
    for (const filter of [{}, { payload: [{ path: ['n'], op: 'gte' as const, operand: 0 }] }, HALF_A_CHARACTER]) {
      for (const limit of [1, 4, 9, 10, 11, 100]) {
        expect(await store.query({ filter, order: 'asc', limit })).toEqual(stored.slice(0, limit));
        expect(await store.query({ filter, order: 'desc', limit })).toEqual(stored.toReversed().slice(0, limit));
      }
    }
  });

  test('is counted once', async () => {
    await copy(3);
    expect(await store.aggregate(COUNT)).toMatchObject([{ values: [10] }]);
    const sum = [{ kind: 'sum', path: ['n'] }] as const;
    expect(await store.aggregate({ filter: {}, metrics: sum, groupBy: 'event_type', top: 1 })).toMatchObject([
      { group: 'login', values: [45] },
    ]);
    expect(await store.aggregate({ filter: HALF_A_CHARACTER, metrics: sum })).toMatchObject([{ values: [45] }]);
  });

  test('arrives once, with its first copy', async () => {
    const all = await readArrivals();
    expect(all.map(({ event }) => event)).toHaveLength(10);
    await copy(3);
    // More copies than fit on a page.
    const later = anEvent();
    await appendBatch(store, [later]);
    await expect.poll(() => readArrivals(all.at(-1)?.sequence)).toMatchObject([{ event: later }]);
    expect((await readArrivals()).slice(0, 10)).toEqual(all);
  });

  /** Reads the events after a sequence in small pages, when the first one is available. */
  async function readArrivals(from = 0n): Promise<readonly Arrival[]> {
    const arrivals: Arrival[] = [];
    for (let after = from; ; after = arrivals.at(-1)?.sequence ?? from) {
      const page = await store.readAfter({ after, limit: 4 });
      arrivals.push(...page);
      if (page.length === 0 && arrivals.length > 0) return arrivals;
      if (page.length === 0) await sleep(50);
    }
  }

  test('is found by its id, and is a duplicate', async () => {
    await copy(3);
    const [event] = stored;
    if (event) expect(await store.get(event.id)).toEqual(event);
    expect(await appendBatch(store, stored)).toEqual(stored.map((each) => ({ event: each, stored: false })));
  });

  test('is deleted with all copies, and counted once', async () => {
    await copy(3);
    expect(await store.delete(stored.slice(0, 4).map(({ id }) => id))).toBe(4);
    expect(await countRows()).toBe(6 * 4);
    expect(await store.query({ filter: {}, order: 'asc', limit: 100 })).toEqual(stored.slice(4));
  });

  test('is the copy that was stored first if the contents differ', async () => {
    await copy(1, `'{"n":1000}'`);
    const [event] = stored;
    expect(await store.query({ filter: {}, order: 'asc', limit: 100 })).toEqual(stored);
    expect(await store.aggregate({ filter: {}, metrics: [{ kind: 'sum', path: ['n'] }] })).toMatchObject([
      { values: [45] },
    ]);
    if (event) expect(await store.get(event.id)).toEqual(event);
    await engine?.run(`SYSTEM START MERGES ${database}.events`);
    await engine?.run(`OPTIMIZE TABLE ${database}.events FINAL`);
    expect(await countRows(), 'after a merge').toBe(stored.length);
    expect(await store.query({ filter: {}, order: 'asc', limit: 100 })).toEqual(stored);
  });

  test('is returned once if several servers append it concurrently', async () => {
    const others = await Promise.all([0, 1].map(() => engine?.open(database)));
    const servers = [store, ...others.filter((other) => other !== undefined)];
    const all: Event[] = [...stored];
    for (let round = 0; round < 10; round++) {
      const batch = events(20);
      all.push(...batch);
      const appended = await Promise.all(servers.map((server) => appendBatch(server, batch)));
      for (const results of appended) expect(results.map(({ event }) => event)).toEqual(batch);
    }
    expect(await store.aggregate(COUNT)).toMatchObject([{ values: [all.length] }]);
    const found = await store.query({ filter: {}, order: 'asc', limit: 1_000 });
    expect(found.map(({ id }) => id).sort()).toEqual(all.map(({ id }) => id).sort());
    await Promise.all(others.map((other) => other?.close()));
  });
});

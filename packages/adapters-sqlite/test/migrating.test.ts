import { closeSync, openSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { backUpSqliteFile, createSqliteEventStore, verifySqliteFile } from '@event-tracker/adapters-sqlite';
import { appendBatch, BEFORE_ALL, type EventStorePort, formatTimestamp } from '@event-tracker/core/store';
import { byEffort, chooseSeed, createRandom, IS_QUICK } from '@event-tracker/event-store-conformance';
import { describe, expect, test } from 'vitest';
import { openDatabase } from '../src/database/database.ts';
import { moveEvents } from '../src/database/events-to-move.ts';
import { migrate } from '../src/database/migrations.ts';
import { anEvent, readAll } from './support/events.ts';
import { createOldFile, OLD_VERSIONS, type OldEvent, oldEvents, rowsOf } from './support/old-file.ts';
import { kill, messageFrom, runChild } from './support/run-child.ts';
import { useTemporaryFolder } from './support/temporary-folder.ts';

const folder = useTemporaryFolder();
let files = 0;
const newPath = (): string => join(folder, `${++files}.sqlite`);

function expectedRows(events: readonly OldEvent[], version: number): readonly string[] {
  return events.map(({ sequence, id, event_type, epochNanoseconds, payload }) =>
    [sequence, id.replaceAll('-', ''), event_type, epochNanoseconds, isUnchecked(sequence, version), payload].join(' '),
  );
}

function isUnchecked(sequence: number, version: number): 0 | 1 {
  return version < 4 || sequence % 10 === 0 ? 1 : 0;
}

async function arrivalsIn(store: EventStorePort) {
  return (await store.readAfter({ after: BEFORE_ALL, limit: 1_000_000 })).map(
    ({ sequence, event }) => [Number(sequence), event.id] as const,
  );
}

/** Compares the order of events by their position, as a store does. */
function byPosition(a: OldEvent, b: OldEvent): number {
  if (a.epochNanoseconds !== b.epochNanoseconds) return a.epochNanoseconds < b.epochNanoseconds ? -1 : 1;
  return a.id < b.id ? -1 : 1;
}

/** Checks that a migrated file has all events, and that a store finds them in every way. */
async function expectMigrated(path: string, events: readonly OldEvent[], version: number): Promise<void> {
  expect(rowsOf(path)).toEqual(expectedRows(events, version));
  expect(verifySqliteFile(path)).toMatchObject({ events: events.length, problems: [] });
  const store = await createSqliteEventStore({ path });
  const inOrder = events.toSorted(byPosition);
  expect((await readAll(store)).map(({ id }) => id)).toEqual(inOrder.map(({ id }) => id));
  expect(await arrivalsIn(store)).toEqual(events.map(({ sequence, id }) => [sequence, id]));
  const types = ['login', 'é'];
  const page = await store.query({ filter: { event_type: types }, order: 'desc', limit: 100 });
  expect(page.map(({ id }) => id)).toEqual(
    inOrder
      .filter(({ event_type }) => types.includes(event_type))
      .map(({ id }) => id)
      .reverse()
      .slice(0, 100),
  );
  for (const { id, event_type, epochNanoseconds, payload } of events.slice(0, 20)) {
    expect(await store.get(id)).toEqual({
      id,
      event_type,
      timestamp: formatTimestamp(epochNanoseconds),
      payload: JSON.parse(payload),
    });
  }
  await store.close();
}

/** Moves the events of the first transaction, and leaves the file as a process that was killed then. */
function migrateFirst(path: string): void {
  const database = openDatabase(path, { readOnly: false, cacheBytes: 1_024 });
  migrate(database);
  const stop = (): never => {
    throw new Error('stopped');
  };
  expect(() => moveEvents(database, path, { check: () => {}, report: stop })).toThrow('stopped');
  database.close();
}

describe.each(OLD_VERSIONS)('a file of schema version %i', (version) => {
  test('is migrated when it is opened, and keeps every event', async () => {
    const seed = chooseSeed();
    const events = oldEvents(1_000, seed);
    const path = newPath();
    createOldFile(path, version, events);
    const store = await createSqliteEventStore({ path });
    if (version >= 3) expect(store.id).toBe('0123456789abcdef0123456789abcdef');
    await store.close();
    await expectMigrated(path, events, version);
  });

  test('keeps the last sequence, also if its event was deleted, and detects duplicates', async () => {
    const events = oldEvents(3, 1);
    const path = newPath();
    createOldFile(path, version, events, { lastSequence: 77n });
    const store = await createSqliteEventStore({ path });
    expect(await store.head()).toBe(77n);
    const [old] = await readAll(store);
    const results = await appendBatch(store, [anEvent(), ...(old ? [old] : [])]);
    expect(results.map(({ stored }) => stored)).toEqual([true, false]);
    expect(await store.head()).toBeGreaterThan(77n);
    expect((await arrivalsIn(store)).at(-1)?.[0]).toBeGreaterThan(77);
    await store.close();
  });

  test('is migrated without events', async () => {
    const path = newPath();
    createOldFile(path, version, []);
    const store = await createSqliteEventStore({ path });
    expect(await store.head()).toBe(0n);
    await appendBatch(store, [anEvent()]);
    expect(await store.head()).toBe(1n);
    await store.close();
  });

  const isLast = version === OLD_VERSIONS.at(-1);
  test.skipIf(IS_QUICK && !isLast)('can be verified and backed up before it is migrated, and while it is', async () => {
    const events = oldEvents(6_000, 2);
    const [path, before, during] = [newPath(), newPath(), newPath()];
    createOldFile(path, version, events);
    const unchecked = events.filter(({ sequence }) => isUnchecked(sequence, version)).length;
    const verified = { events: events.length, unchecked, problems: [] };
    expect(backUpSqliteFile(path, before)).toEqual(verified);
    migrateFirst(path);
    expect(rowsOf(path)).toEqual(expectedRows(events.slice(0, 5_000), version));
    expect(backUpSqliteFile(path, during)).toEqual(verified);
    for (const backup of [before, during]) {
      await (await createSqliteEventStore({ path: backup })).close();
      expect(rowsOf(backup)).toEqual(expectedRows(events, version));
    }
  });
});

describe('a migration', () => {
  /** Several transactions. */
  const EVENTS = byEffort({ quick: 15_000, full: 40_000, long: 40_000 });
  test('reports its progress, and the file does not grow', async () => {
    const path = newPath();
    createOldFile(path, 4, oldEvents(EVENTS, 3));
    const { size } = statSync(path);
    const shares: number[] = [];
    const counts: number[] = [];
    const store = await createSqliteEventStore({
      path,
      onMigrating: ({ share, moved }) => {
        shares.push(share);
        counts.push(moved);
      },
    });
    await store.close();
    expect(shares.length).toBe(EVENTS / 5_000 + 1);
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    expect(counts).toEqual(counts.toSorted((a, b) => a - b));
    expect([shares[0], counts[0]]).toEqual([0, 0]);
    expect([shares.at(-1), counts.at(-1)]).toEqual([1, EVENTS]);
    expect(statSync(path).size).toBeLessThan(size * 1.02);
    const again: number[] = [];
    await (await createSqliteEventStore({ path, onMigrating: ({ share }) => again.push(share) })).close();
    expect(again).toEqual([]);
  });

  test('moves large events in small transactions', async () => {
    const path = newPath();
    const large = oldEvents(byEffort({ quick: 16, full: 40, long: 40 }), 4).map((event) => ({
      ...event,
      payload: `{"text":"${'x'.repeat(1024 ** 2)}"}`,
    }));
    createOldFile(path, 4, large);
    migrateFirst(path);
    expect(rowsOf(path)).toHaveLength(8);
    await (await createSqliteEventStore({ path })).close();
    expect(rowsOf(path)).toEqual(expectedRows(large, 4));
  });

  const KILLS = byEffort({ quick: 1, full: 12, long: 60 });

  test('continues after each kill, and loses nothing', { timeout: 60_000 + KILLS * 10_000 }, async ({ annotate }) => {
    const seed = chooseSeed();
    const random = createRandom(seed);
    let kills = 0;
    let round = 0;
    while (kills < KILLS) {
      const events = oldEvents(EVENTS, seed + round++);
      const path = newPath();
      createOldFile(path, 4, events);
      for (let isMigrated = false; !isMigrated; ) {
        // Killed while the file is checked, or after at least one transaction.
        const child = runChild('migrate.ts', [path, random.pick(['0', '0.01', '0.5'])]);
        isMigrated = (await messageFrom(child)) === 'migrated';
        await sleep(random.integer(60));
        await kill(child);
        if (!isMigrated) kills++;
        expect(verifySqliteFile(path), `seed ${seed}, kill ${kills}`).toMatchObject({ events: EVENTS, problems: [] });
      }
      expect(rowsOf(path), `seed ${seed}`).toEqual(expectedRows(events, 4));
    }
    await annotate(`${kills} kills in ${round} files of ${EVENTS} events, none lost`);
  });

  test('stops at an event whose id is not a UUID, and keeps the others', async () => {
    const events = oldEvents(6_000, 5);
    const path = newPath();
    createOldFile(path, 4, events);
    change(path, "UPDATE events SET id = 'g' || substr(id, 2) WHERE sequence = (SELECT max(sequence) FROM events)");
    const message = expect.stringMatching(
      new RegExp(
        `^${path} cannot be migrated: ${path} is damaged: .* has an invalid id; .* the migration continues where it stopped$`,
      ),
    );
    for (const attempt of [1, 2]) {
      const opening = createSqliteEventStore({ path });
      await expect(opening, `attempt ${attempt}`).rejects.toMatchObject({ code: 'store_unavailable', message });
      expect(rowsOf(path)).toEqual(expectedRows(events.slice(0, 5_000), 4));
      expect(verifySqliteFile(path)).toMatchObject({ events: 6_000 });
    }
  });

  test.each(IS_QUICK ? [0] : [0, 257])('does not begin in a damaged file, with %i further MiB', async (further) => {
    const path = newPath();
    createOldFile(path, 4, oldEvents(6_000, 6));
    const middle = Math.floor(statSync(path).size / PAGE_BYTES / 2);
    // A large file, of which the store usually checks only the ends of each index.
    change(path, `CREATE TABLE further (bytes); INSERT INTO further VALUES (zeroblob(${further * 1024 ** 2}))`);
    const file = openSync(path, 'r+');
    writeSync(file, Buffer.alloc(PAGE_BYTES), 0, PAGE_BYTES, middle * PAGE_BYTES);
    closeSync(file);
    await expect(createSqliteEventStore({ path })).rejects.toThrow(`${path} is damaged: `);
    const database = new DatabaseSync(path);
    expect(database.prepare('PRAGMA user_version').get()).toEqual({ user_version: 4 });
    database.close();
  });
});

const PAGE_BYTES = 4_096;

function change(path: string, sql: string): void {
  const database = new DatabaseSync(path);
  database.exec(sql);
  database.close();
}

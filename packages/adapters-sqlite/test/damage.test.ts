import {
  copyFileSync,
  existsSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import {
  backUpSqliteFile,
  createSqliteEventStore,
  type OpenedSqliteFile,
  verifySqliteFile,
} from '@event-tracker/adapters-sqlite';
import { type Event, isStoreUnavailableError } from '@event-tracker/core';
import { eventText } from '@event-tracker/core/schemas';
import { appendBatch, type EventFilter } from '@event-tracker/core/store';
import { byEffort } from '@event-tracker/event-store-conformance';
import { describe, expect, test } from 'vitest';
import { anEvent, events, readAll } from './support/events.ts';
import { kill, messageFrom, runChild } from './support/run-child.ts';
import { useTemporaryFolder } from './support/temporary-folder.ts';

/** Few enough that SQLite does not checkpoint the log. */
const COMMITS = 80;

/** Bytes between the changed bits. */
const STEP = byEffort({ quick: 12_003, full: 4_001, long: 401 });

const folder = useTemporaryFolder();
let files = 0;
const newPath = (): string => join(folder, `${++files}.sqlite`);

/** Opens and closes a store. Returns the state of the file and its events. */
async function open(path: string): Promise<OpenedSqliteFile & { readonly events: readonly Event[] }> {
  let found: OpenedSqliteFile | undefined;
  const store = await createSqliteEventStore({ path, onOpened: (file) => (found = file) });
  const all = await readAll(store);
  await store.close();
  if (!found) throw new Error('the store did not call onOpened');
  return { ...found, events: all };
}

function flipBit(path: string, offset: number): void {
  const byte = readFileSync(path)[offset] ?? 0;
  writeSync(openSync(path, 'r+'), Buffer.from([byte ^ 0x10]), 0, 1, offset);
}

describe('opening a store', () => {
  test('reports a new file if the file does not exist or is empty', async () => {
    const path = newPath();
    expect(await open(path)).toEqual({ isNew: true, damage: undefined, events: [] });
    expect(await open(path)).toMatchObject({ isNew: false, damage: undefined });
    const empty = newPath();
    writeFileSync(empty, '');
    expect(await open(empty)).toMatchObject({ isNew: true, damage: undefined });
  });

  test.each([
    ['near its beginning', () => 10_000],
    ['near its end', (size: number) => size - 100],
  ])('reports acknowledged changes lost to a damaged byte in the log %s, once', async (_, offsetIn) => {
    const path = newPath();
    const child = runChild('commit-and-wait.ts', [path, String(COMMITS)]);
    await messageFrom(child);
    await kill(child);
    flipBit(`${path}-wal`, offsetIn(statSync(`${path}-wal`).size));
    const found = await open(path);
    expect(found.events.length).toBeLessThan(COMMITS);
    expect(found.damage).toMatch(
      `lacks changes that were acknowledged: up to ${COMMITS - found.events.length} events and 0 deletions`,
    );
    expect(await open(path)).toMatchObject({ damage: undefined });
  });

  test('reports no damage after a kill', async () => {
    const path = newPath();
    const child = runChild('commit-and-wait.ts', [path, String(COMMITS)]);
    await messageFrom(child);
    await kill(child);
    expect(await open(path)).toMatchObject({
      damage: undefined,
      events: expect.toSatisfy((all) => all.length === COMMITS),
    });
  });

  test('reports missing deletions', async () => {
    const path = newPath();
    const store = await createSqliteEventStore({ path });
    const kept = events(10);
    await appendBatch(store, kept);
    await store.close();
    copyFileSync(path, `${path}.older`);
    const again = await createSqliteEventStore({ path });
    await again.delete([kept[0]?.id ?? '']);
    await again.close();
    copyFileSync(`${path}.older`, path);
    expect((await open(path)).damage).toContain('up to 0 events and 1 deletions');
  });

  test.each([
    ['deleted', (path: string) => rmSync(path)],
    ['emptied', (path: string) => truncateSync(path)],
  ])('reports the missing events after its file was %s', async (_, damage) => {
    const path = newPath();
    const store = await createSqliteEventStore({ path });
    await appendBatch(store, events(10));
    await store.close();
    damage(path);
    expect(await open(path)).toEqual({ isNew: true, damage: expect.stringContaining('up to 10 events'), events: [] });
  });

  test('ignores an invalid commit record', async () => {
    const path = newPath();
    await open(path);
    writeFileSync(`${path}-commits`, '\0'.repeat(48));
    expect(await open(path)).toMatchObject({ damage: undefined });
  });
});

describe('a backup', () => {
  test('of an open store is verified and contains the acknowledged events', async () => {
    const path = newPath();
    const store = await createSqliteEventStore({ path });
    const all = events(1_000);
    await appendBatch(store, all);
    const backup = newPath();
    expect(backUpSqliteFile(path, backup)).toEqual({ events: 1_000, unchecked: 0, problems: [] });
    await appendBatch(store, [anEvent()]);
    await store.close();
    expect(existsSync(`${backup}.part`)).toBe(false);
    expect(() => backUpSqliteFile(path, backup)).toThrow('already exists');
    const restored = await open(backup);
    expect(restored.events).toHaveLength(1_000);
    expect(restored.damage).toBeUndefined();
  });

  test('of a file that does not exist is rejected', () => {
    expect(() => backUpSqliteFile(newPath(), newPath())).toThrow('does not exist');
    expect(() => verifySqliteFile(newPath())).toThrow('does not exist');
  });

  test('with a changed bit is detected unless the bit is unused', { timeout: 120_000 }, async () => {
    const path = newPath();
    const store = await createSqliteEventStore({ path });
    for (let n = 0; n < 5; n++) await appendBatch(store, events(40, { payload: { text: 'x'.repeat(500), n } }));
    const before = JSON.stringify(await readAll(store));
    const sound = newPath();
    backUpSqliteFile(path, sound);
    await store.close();
    const size = statSync(sound).size;
    let [tested, detected] = [0, 0];
    // The step and the page size have no common factor, so all parts of a page are tested.
    for (let offset = 7; offset < size; offset += STEP) {
      tested++;
      const flipped = newPath();
      copyFileSync(sound, flipped);
      flipBit(flipped, offset);
      const problems = problemsOf(flipped);
      if (problems.length > 0) detected++;
      // A change of an unused bit, as in the free part of a page, need not be detected.
      else expect(JSON.stringify((await open(flipped)).events), `offset ${offset}`).toBe(before);
      rmSync(flipped);
    }
    expect(detected).toBeGreaterThan(0.5 * tested);
  });
});

describe('an event with a changed payload', () => {
  /** Stores two events, and changes the payload of the first in the file. */
  async function storeDamaged(damage: string) {
    const path = newPath();
    const store = await createSqliteEventStore({ path });
    const [damaged, intact] = [anEvent({ payload: { text: 'original' } }), anEvent()];
    await appendBatch(store, [damaged, intact]);
    await store.close();
    const file = new DatabaseSync(path);
    file.exec(`UPDATE events SET ${damage} WHERE sequence = 1`);
    file.close();
    return { store: await createSqliteEventStore({ path }), damaged, intact };
  }

  test.each([
    ['that is still JSON', `payload = '{"text":"0riginal"}'`],
    ['that is no longer JSON', `payload = '{"text":"original'`],
    ['without a checksum', `payload = '{"text":"original', payload_crc32 = NULL`],
  ])('%s is not returned by any read, and can be deleted', async (_, damage) => {
    const { store, damaged, intact } = await storeDamaged(damage);
    const exists = { path: ['text'], op: 'exists' as const, operand: true };
    const reads = [
      store.get(damaged.id),
      store.query({ filter: {}, order: 'asc', limit: 10 }),
      store.readAfter({ after: 0n, limit: 10 }),
      ...(damage.includes('0riginal') ? [store.query({ filter: { payload: [exists] }, order: 'asc', limit: 10 })] : []),
    ];
    for (const read of await Promise.allSettled(reads)) {
      const reason = { code: 'store_unavailable', message: expect.stringContaining(`event ${damaged.id} is damaged`) };
      expect(read).toEqual({ status: 'rejected', reason: expect.objectContaining(reason) });
    }
    expect(await store.get(intact.id)).toEqual(intact);
    expect(await store.delete([damaged.id])).toBe(1);
    expect(await readAll(store)).toEqual([intact]);
    await store.close();
  });

  test('without a checksum, with spaces and line breaks, is returned as one line', async () => {
    const { store, damaged } = await storeDamaged(`payload = '{ "text":\n"other" }', payload_crc32 = NULL`);
    const found = await store.get(damaged.id);
    const expected: Event = { ...damaged, payload: { text: 'other' } };
    expect(found).toEqual(expected);
    expect(found && eventText(found)).toContain(`"payload":{ "text": "other" }}`);
    await store.close();
  });

  test('without a checksum, in another spelling, is found and counted as JSON.parse reads it', async () => {
    const payload = String.raw`{ "te\u0078t" : "oth\u0065r", "n":5, "n" : 7.0 }`;
    const { store, damaged } = await storeDamaged(`payload = '${payload}', payload_crc32 = NULL`);
    const filters: readonly EventFilter[] = [
      { payload: [{ path: ['text'], op: 'in', operands: ['other'] }] },
      { payload: [{ path: ['text'], op: 'icontains', operand: 'OTHER' }] },
      { payload: [{ path: ['n'], op: 'gt', operand: 6 }] },
      { q: ['other'] },
    ];
    for (const filter of filters) {
      const found = await store.query({ filter, order: 'asc', limit: 10 });
      expect(found.map(({ id }) => id)).toEqual([damaged.id]);
    }
    const [cell] = await store.aggregate({ filter: {}, metrics: [{ kind: 'max', path: ['n'] }] });
    expect(cell?.values).toEqual([7]);
    const groups = await store.aggregate({ filter: {}, metrics: [{ kind: 'count' }], groupBy: ['text'] });
    expect(groups.map(({ group }) => group)).toContain('other');
    await store.close();
  });

  test('is a conflict if it is appended again', async () => {
    const { store, damaged } = await storeDamaged(`payload = '{"text":"0riginal"}'`);
    const other = anEvent();
    expect(await store.append([[damaged], [other]])).toEqual([
      { conflicts: [damaged.id] },
      { results: [{ event: other, stored: true }] },
    ]);
    await store.close();
  });
});

/** Returns the problems of a file, including an error if it cannot be opened. */
function problemsOf(path: string): readonly string[] {
  try {
    return verifySqliteFile(path).problems;
  } catch (error) {
    if (!isStoreUnavailableError(error) && !(error instanceof Error)) throw error;
    return [error.message];
  }
}

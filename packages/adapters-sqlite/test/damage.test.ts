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
import {
  backUpSqliteFile,
  createSqliteEventStore,
  type OpenedSqliteFile,
  verifySqliteFile,
} from '@event-tracker/adapters-sqlite';
import { type Event, isStoreUnavailableError } from '@event-tracker/core';
import { appendBatch } from '@event-tracker/core/store';
import { describe, expect, test } from 'vitest';
import { anEvent, events, readAll } from './support/events.ts';
import { kill, messageFrom, runChild } from './support/run-child.ts';
import { useTemporaryFolder } from './support/temporary-folder.ts';

/** Few enough that the log is not moved into the file meanwhile. */
const COMMITS = 80;

const folder = useTemporaryFolder();
let files = 0;
const newPath = (): string => join(folder, `${++files}.sqlite`);

/** Opens a store, closes it again, and returns what was found and what it holds. */
async function open(path: string): Promise<OpenedSqliteFile & { readonly events: readonly Event[] }> {
  let found: OpenedSqliteFile | undefined;
  const store = await createSqliteEventStore({ path, onOpened: (file) => (found = file) });
  const all = await readAll(store);
  await store.close();
  if (!found) throw new Error('the store did not say what it found');
  return { ...found, events: all };
}

function flipBit(path: string, offset: number): void {
  const byte = readFileSync(path)[offset] ?? 0;
  writeSync(openSync(path, 'r+'), Buffer.from([byte ^ 0x10]), 0, 1, offset);
}

describe('a store that opens', () => {
  test('reports that it is new where there is no file, or an empty one', async () => {
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
  ])('reports acknowledged changes that a garbled byte in the log %s has cost, once', async (_, offsetIn) => {
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

  test('reports nothing after it was killed', async () => {
    const path = newPath();
    const child = runChild('commit-and-wait.ts', [path, String(COMMITS)]);
    await messageFrom(child);
    await kill(child);
    expect(await open(path)).toMatchObject({
      damage: undefined,
      events: expect.toSatisfy((all) => all.length === COMMITS),
    });
  });

  test('reports deletions that are missing', async () => {
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
  ])('reports what is missing where its file was %s', async (_, damage) => {
    const path = newPath();
    const store = await createSqliteEventStore({ path });
    await appendBatch(store, events(10));
    await store.close();
    damage(path);
    expect(await open(path)).toEqual({ isNew: true, damage: expect.stringContaining('up to 10 events'), events: [] });
  });

  test('ignores a record that it cannot read', async () => {
    const path = newPath();
    await open(path);
    writeFileSync(`${path}-commits`, '\0'.repeat(48));
    expect(await open(path)).toMatchObject({ damage: undefined });
  });
});

describe('a backup', () => {
  test('is made and verified while the store is open, and has what was acknowledged', async () => {
    const path = newPath();
    const store = await createSqliteEventStore({ path });
    const all = events(1_000);
    await appendBatch(store, all);
    const backup = newPath();
    expect(backUpSqliteFile(path, backup)).toEqual({ events: 1_000, unchecked: 0, problems: [] });
    await appendBatch(store, [anEvent()]);
    await store.close();
    expect(existsSync(`${backup}.part`)).toBe(false);
    expect(() => backUpSqliteFile(path, backup)).toThrow('exists already');
    const restored = await open(backup);
    expect(restored.events).toHaveLength(1_000);
    expect(restored.damage).toBeUndefined();
  });

  test('of no file is refused', () => {
    expect(() => backUpSqliteFile(newPath(), newPath())).toThrow('does not exist');
    expect(() => verifySqliteFile(newPath())).toThrow('does not exist');
  });

  test('with a changed bit is never taken for sound', { timeout: 120_000 }, async () => {
    const path = newPath();
    const store = await createSqliteEventStore({ path });
    for (let n = 0; n < 5; n++) await appendBatch(store, events(40, { payload: { text: 'x'.repeat(500), n } }));
    const before = JSON.stringify(await readAll(store));
    const sound = newPath();
    backUpSqliteFile(path, sound);
    await store.close();
    const size = statSync(sound).size;
    let detected = 0;
    // A step that no page size is a multiple of, so that every part of a page has its turn.
    for (let offset = 7; offset < size; offset += 4_001) {
      const flipped = newPath();
      copyFileSync(sound, flipped);
      flipBit(flipped, offset);
      const problems = problemsOf(flipped);
      if (problems.length > 0) detected++;
      // A bit that holds nothing, as in the free part of a page, may change.
      else expect(JSON.stringify((await open(flipped)).events), `offset ${offset}`).toBe(before);
      rmSync(flipped);
    }
    expect(detected).toBeGreaterThan(20);
  });
});

/** What is found wrong with a file, also where it cannot be opened at all. */
function problemsOf(path: string): readonly string[] {
  try {
    return verifySqliteFile(path).problems;
  } catch (error) {
    if (!isStoreUnavailableError(error) && !(error instanceof Error)) throw error;
    return [error.message];
  }
}

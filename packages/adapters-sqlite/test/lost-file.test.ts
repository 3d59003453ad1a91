import { copyFileSync, existsSync, linkSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createSqliteEventStore } from '@event-tracker/adapters-sqlite';
import { isStoreUnavailableError } from '@event-tracker/core';
import { appendBatch, type EventStorePort } from '@event-tracker/core/store';
import { describe, expect, test } from 'vitest';
import { anEvent, events, readAll } from './support/events.ts';
import { kill, messageFrom, runChild } from './support/run-child.ts';
import { useTemporaryFolder } from './support/temporary-folder.ts';

const root = useTemporaryFolder();
let folders = 0;

/** Opens a store in a new folder. */
async function openStore() {
  const folder = join(root, String(++folders), 'data');
  const path = join(folder, 'events.sqlite');
  const store = await createSqliteEventStore({ path });
  return { folder, path, store };
}

interface Fault {
  readonly name: string;
  /** Changes the files of a running store. */
  readonly cause: (path: string, folder: string) => void;
  /** The expected error of the next append. */
  readonly message: RegExp;
  /** The path of the events after the fault; absent if the fault deletes them. */
  readonly movedTo?: (path: string, folder: string) => string;
}

const FAULTS: readonly Fault[] = [
  { name: 'its file is deleted', cause: (path) => rmSync(path), message: /events\.sqlite was deleted or moved/ },
  {
    name: 'its file is moved',
    cause: (path) => renameSync(path, `${path}.moved`),
    message: /events\.sqlite was deleted or moved/,
    movedTo: (path) => `${path}.moved`,
  },
  {
    name: 'its file is replaced by another store',
    cause: replaceByCopy,
    message: /events\.sqlite was replaced by another file/,
  },
  {
    name: 'its files are moved away and replaced by a backup',
    cause: (path, folder) => {
      mkdirSync(join(folder, 'replaced'));
      copyFileSync(path, join(folder, 'backup'));
      for (const end of ['', '-wal', '-shm', '-lock'])
        renameSync(path + end, join(folder, `replaced/events.sqlite${end}`));
      copyFileSync(join(folder, 'backup'), path);
    },
    message: /events\.sqlite was replaced by another file/,
    movedTo: (_, folder) => join(folder, 'replaced/events.sqlite'),
  },
  {
    name: 'its folder is deleted',
    cause: (_, folder) => rmSync(folder, { recursive: true }),
    message: /deleted or moved/,
  },
  {
    name: 'its folder is moved',
    cause: (_, folder) => renameSync(folder, `${folder}.moved`),
    message: /deleted or moved/,
    movedTo: (_, folder) => join(`${folder}.moved`, 'events.sqlite'),
  },
  {
    name: 'its log is deleted',
    cause: (path) => rmSync(`${path}-wal`),
    message: /events\.sqlite-wal was deleted or moved/,
    movedTo: (path) => path,
  },
  {
    name: 'its lock is deleted',
    cause: (path) => rmSync(`${path}-lock`),
    message: /events\.sqlite-lock was deleted or moved/,
    movedTo: (path) => path,
  },
  {
    name: 'its log is replaced by a copy',
    cause: (path) => replaceByCopy(`${path}-wal`),
    message: /events\.sqlite-wal was replaced by another file/,
    movedTo: (path) => path,
  },
  {
    name: 'its lock is replaced by another one',
    cause: (path) => replaceByCopy(`${path}-lock`),
    message: /events\.sqlite-lock was replaced by another file/,
    movedTo: (path) => path,
  },
];

function replaceByCopy(path: string): void {
  copyFileSync(path, `${path}.copy`);
  renameSync(`${path}.copy`, path);
}

describe.each(FAULTS)('when $name while events are stored', ({ cause, message, movedTo }) => {
  test('the store rejects changes from the next commit on and keeps all events that still have a file', async () => {
    const { folder, path, store } = await openStore();
    const load = startLoad(store);
    await load.acknowledge(50);
    cause(path, folder);

    const refused = anEvent();
    const changes = await Promise.allSettled([appendBatch(store, [refused]), store.delete([refused.id]), store.ping()]);
    const { acknowledged, failures } = await load.stop();
    const refusal = { code: 'store_unavailable', message: expect.stringMatching(message) };
    for (const change of changes)
      expect(change).toEqual({ status: 'rejected', reason: expect.objectContaining(refusal) });
    expect(failures.filter((failure) => !isStoreUnavailableError(failure))).toEqual([]);
    const scan = store.query({ filter: { payload: [{ path: ['n'], op: 'lt', operand: 0 }] }, order: 'asc', limit: 1 });
    for (const read of await Promise.allSettled([readAll(store), scan])) {
      if (read.status === 'rejected') expect(read.reason).toSatisfy(isStoreUnavailableError);
    }
    await store.close();

    if (!movedTo) return;
    const later = await createSqliteEventStore({ path: movedTo(path, folder) });
    const ids = new Set((await readAll(later)).map(({ id }) => id));
    await later.close();
    expect(acknowledged.filter((id) => !ids.has(id))).toEqual([]);
    expect(ids).not.toContain(refused.id);
  });
});

test('accepts changes again after its file is moved back', async () => {
  const { path, store } = await openStore();
  await appendBatch(store, events(10));
  renameSync(path, `${path}.moved`);
  await expect(appendBatch(store, events(1))).rejects.toSatisfy(isStoreUnavailableError);
  renameSync(`${path}.moved`, path);
  await appendBatch(store, events(10));
  await store.ping();
  expect(await readAll(store)).toHaveLength(20);
  await store.close();
});

test('never reads from a file that has replaced the open one', async () => {
  const [other, mine] = [await openStore(), await openStore()];
  await appendBatch(other.store, [anEvent({ event_type: 'other' })]);
  await other.store.close();
  await appendBatch(mine.store, events(10));
  for (const end of ['-wal', '-shm']) rmSync(mine.path + end);
  renameSync(other.path, mine.path);
  // Each concurrent scan has a separate connection, opened when first needed.
  const filter = { payload: [{ path: ['n'], op: 'exists' as const, operand: true }] };
  const scans = Array.from({ length: 8 }, () => mine.store.query({ filter, order: 'asc', limit: 100 }));
  for (const read of await Promise.allSettled([readAll(mine.store), ...scans])) {
    if (read.status === 'rejected') expect(read.reason).toSatisfy(isStoreUnavailableError);
    else expect(read.value.map(({ event_type }) => event_type)).not.toContain('other');
  }
  await mine.store.close();
});

describe('a second server', () => {
  test.each([
    ['a hard link', (path: string, name: string) => linkSync(path, name)],
    ['the name it was moved to', (path: string, name: string) => renameSync(path, name)],
  ])('does not start on the same file through %s', async (_, rename) => {
    const { path, store } = await openStore();
    await appendBatch(store, events(10));
    const name = join(root, `${folders}-other-name.sqlite`);
    rename(path, name);
    const second = runChild('hold.ts', [name]);
    expect(await messageFrom(second)).toMatch(/is in use by another server/);
    await store.close();
    const third = runChild('hold.ts', [name]);
    expect(await messageFrom(third)).toBe('open');
    await kill(third);
  });

  test('starts on a copy of the file', async () => {
    const { path, store } = await openStore();
    await store.close();
    const copy = `${path}.copy`;
    copyFileSync(path, copy);
    const [first, second] = [runChild('hold.ts', [path]), runChild('hold.ts', [copy])];
    expect(await Promise.all([messageFrom(first), messageFrom(second)])).toEqual(['open', 'open']);
    await Promise.all([kill(first), kill(second)]);
    expect(existsSync(`${copy}-lock`)).toBe(true);
  });
});

/** Appends to a store from several concurrent callers until it is stopped. */
function startLoad(store: EventStorePort) {
  let isRunning = true;
  const acknowledged: string[] = [];
  const failures: unknown[] = [];
  const callers = Array.from({ length: 4 }, async () => {
    while (isRunning) {
      const batch = events(3);
      try {
        await appendBatch(store, batch);
        acknowledged.push(...batch.map(({ id }) => id));
      } catch (failure) {
        failures.push(failure);
        await sleep(5);
      }
    }
  });
  return {
    acknowledge: async (count: number) => {
      while (acknowledged.length < count) await sleep(1);
    },
    stop: async () => {
      isRunning = false;
      await Promise.all(callers);
      return { acknowledged, failures };
    },
  };
}

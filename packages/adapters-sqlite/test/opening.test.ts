import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createSqliteEventStore } from '@event-tracker/adapters-sqlite';
import { appendBatch } from '@event-tracker/core/store';
import { describe, expect, test } from 'vitest';
import { anEvent, events, readAll } from './support/events.ts';
import { kill, messageFrom, runChild } from './support/run-child.ts';
import { useTemporaryFolder } from './support/temporary-folder.ts';

const folder = useTemporaryFolder();
let files = 0;
const newPath = (): string => join(folder, `${++files}.sqlite`);

function expectRefusal(path: string, reason: RegExp): Promise<void> {
  const message = expect.stringMatching(new RegExp(`^${path} [^\n]*${reason.source}[^\n]*$`));
  return expect(createSqliteEventStore({ path })).rejects.toMatchObject({ code: 'store_unavailable', message });
}

/** Opens a file as an unprivileged user, and returns the message of the error. */
async function openUnprivileged(path: string): Promise<unknown> {
  const child = runChild('open-unprivileged.ts', [path]);
  try {
    return await messageFrom(child);
  } finally {
    await kill(child);
  }
}

describe('a file', () => {
  test('is created with its folder if it does not exist', async () => {
    const path = join(folder, 'a', 'b', 'events.sqlite');
    const store = await createSqliteEventStore({ path });
    await store.close();
    expect(existsSync(path)).toBe(true);
  });

  test('is complete without its log after the store is closed', async () => {
    const path = join(folder, 'closed', 'events.sqlite');
    const store = await createSqliteEventStore({ path });
    await appendBatch(store, events(100));
    await store.close();
    expect(readdirSync(join(folder, 'closed')).sort()).toEqual([
      'events.sqlite',
      'events.sqlite-commits',
      'events.sqlite-lock',
    ]);
    expect(statSync(`${path}-lock`).size).toBe(0);
  });

  test('is rejected if the path is a folder or is below a file', async () => {
    mkdirSync(join(folder, 'folder'));
    await expectRefusal(join(folder, 'folder'), /cannot be opened/);
    writeFileSync(join(folder, 'file'), '');
    await expectRefusal(join(folder, 'file', 'events.sqlite'), /cannot be opened: .*file is not a folder/);
  });

  test.runIf(process.getuid)('is rejected with the user and the owner if it cannot be written', async () => {
    chmodSync(folder, 0o755);
    const locked = join(folder, 'locked');
    mkdirSync(locked, { mode: 0o555 });
    const owned = join(folder, 'owned');
    mkdirSync(owned);
    chmodSync(owned, 0o777);
    writeFileSync(join(owned, 'events.sqlite'), '', { mode: 0o444 });

    const denied = (path: string, mode: string) =>
      expect.stringMatching(new RegExp(`cannot be opened: user .*\\d+.* cannot write to ${path} .*mode ${mode}`));
    expect(await openUnprivileged(join(locked, 'events.sqlite'))).toEqual(denied(locked, '0555'));
    expect(await openUnprivileged(join(locked, 'a', 'b', 'events.sqlite'))).toEqual(denied(locked, '0555'));
    expect(await openUnprivileged(join(owned, 'events.sqlite'))).toEqual(denied(join(owned, 'events.sqlite'), '0444'));
  });
});

describe('a file that is in use', () => {
  test('cannot be opened by a second store of the same process, by any name, until it is closed', async () => {
    const path = newPath();
    const link = newPath();
    const first = await createSqliteEventStore({ path });
    symlinkSync(path, link);
    await expectRefusal(path, /is in use by another server/);
    await expectRefusal(link, /is in use by another server/);
    await appendBatch(first, [anEvent()]);
    await first.close();
    const second = await createSqliteEventStore({ path: link });
    expect(await readAll(second)).toHaveLength(1);
    await second.close();
  });

  test('cannot be opened by another process until the first one is killed', async () => {
    const path = newPath();
    const holder = runChild('hold.ts', [path]);
    expect(await messageFrom(holder)).toBe('open');
    await expectRefusal(path, /is in use by another server/);
    const other = runChild('hold.ts', [path]);
    expect(await messageFrom(other)).toMatch(/is in use by another server/);
    await kill(holder);
    const store = await createSqliteEventStore({ path });
    const third = runChild('hold.ts', [path]);
    expect(await messageFrom(third)).toMatch(/is in use by another server/);
    await store.close();
  });
});

describe('a file that is not an intact event store', () => {
  test('is rejected unchanged if a newer version wrote it', async () => {
    const path = newPath();
    await (await createSqliteEventStore({ path })).close();
    change(path, 'PRAGMA user_version = 99');
    await expectRefusal(path, /was written by a newer version of Event Tracker \(schema version 99; /);
    expect(ask(path, 'PRAGMA user_version')).toEqual({ user_version: 99 });
  });

  test('is rejected unchanged if it belongs to another application', async () => {
    const path = newPath();
    change(path, 'CREATE TABLE events (a)');
    await expectRefusal(path, /is a SQLite database of another application/);
    expect(ask(path, 'PRAGMA journal_mode')).toEqual({ journal_mode: 'delete' });
  });

  test('is rejected if it is not a database', async () => {
    const path = newPath();
    writeFileSync(path, 'no database '.repeat(1_000));
    await expectRefusal(path, /cannot be opened: .*not a database/);
  });

  test('is rejected if it is damaged', async () => {
    const path = newPath();
    const store = await createSqliteEventStore({ path });
    await appendBatch(store, events(5_000));
    await store.close();
    const [cut, mixedUp] = [newPath(), newPath()];
    copyFileSync(path, cut);
    truncateSync(cut, statSync(path).size / 2);
    await expectRefusal(cut, /malformed/);
    copyFileSync(path, mixedUp);
    const unlinked = "DELETE FROM sqlite_schema WHERE name = 'events_by_time'";
    change(mixedUp, `PRAGMA writable_schema = ON; ${unlinked}`);
    await expectRefusal(mixedUp, /is damaged: .*never used/);
  });
});

function change(path: string, sql: string): void {
  const database = new DatabaseSync(path, { defensive: false });
  database.exec(sql);
  database.close();
}

function ask(path: string, sql: string): unknown {
  const database = new DatabaseSync(path);
  const values = { ...database.prepare(sql).get() };
  database.close();
  return values;
}

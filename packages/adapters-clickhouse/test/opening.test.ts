import { isStoreUnavailableError } from '@event-tracker/core';
import { appendBatch } from '@event-tracker/core/store';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createClickHouseEventStore } from '../src/index.ts';
import { findEngine } from './engine.ts';
import { anEvent, newDatabase } from './events.ts';

const engine = await findEngine();

describe.skipIf(!engine)('opening a store', () => {
  let database: string;

  beforeEach(() => {
    database = newDatabase();
  });
  afterEach(() => engine?.drop(database));

  async function open() {
    if (!engine) throw new Error('no engine');
    return engine.open(database);
  }

  test('creates the tables once if several stores open concurrently', async () => {
    const [first, ...others] = await Promise.all([open(), open(), open(), open(), open()]);
    const stores = [first, ...others];
    const event = anEvent();
    await appendBatch(first, [event]);
    expect(await Promise.all(stores.map((store) => store.get(event.id)))).toEqual(stores.map(() => event));
    await Promise.all(stores.map((store) => store.close()));
    expect(await engine?.query(`SELECT DISTINCT version FROM ${database}.migrations ORDER BY version`)).toEqual([
      { version: 1 },
      { version: 2 },
    ]);
    expect(new Set(stores.map(({ id }) => id)).size, 'identities').toBe(1);
  });

  test('continues an interrupted migration', async () => {
    const store = await open();
    await store.close();
    await engine?.run(`TRUNCATE TABLE ${database}.migrations`);
    await engine?.run(`DROP TABLE ${database}.event_ids`);
    const again = await open();
    await expect(appendBatch(again, [anEvent()])).resolves.toMatchObject([{ stored: true }]);
    await again.close();
  });

  test('rejects tables that a newer version wrote', async () => {
    const store = await open();
    await store.close();
    await engine?.run(`INSERT INTO ${database}.migrations (version) VALUES (1000)`);
    const error = await open().catch((reason: unknown) => reason);
    expect(isStoreUnavailableError(error)).toBe(true);
    expect(String(error)).toMatch(/newer version.*version 1000.*supports up to 2$/);
  });

  test('rejects with store_unavailable if its tables do not exist', async () => {
    const store = await open();
    await engine?.drop(database);
    await expect(store.ping()).rejects.toSatisfy(isStoreUnavailableError);
    await expect(appendBatch(store, [anEvent()])).rejects.toSatisfy(isStoreUnavailableError);
    await store.close();
  });
});

describe('a server that is not reachable', () => {
  test('rejects opening in time, with an error without the password', async () => {
    const begin = performance.now();
    const url = 'clickhouse://user:hunter2@127.0.0.1:1/db';
    const waiting: string[] = [];
    const onWaiting = (reason: Error): unknown => waiting.push(reason.message);
    const opening = createClickHouseEventStore({ url, openTimeoutMs: 1_500, onWaiting });
    const error = await opening.catch((reason: unknown) => reason);
    expect(isStoreUnavailableError(error)).toBe(true);
    expect(String(error)).toContain('ECONNREFUSED 127.0.0.1:1');
    expect(waiting, 'reported once').toEqual([expect.stringContaining('ECONNREFUSED')]);
    expect(JSON.stringify([error, waiting], Object.getOwnPropertyNames(error))).not.toContain('hunter2');
    expect(performance.now() - begin).toBeLessThan(9_000); // the default timeout is 10 seconds
  });
});

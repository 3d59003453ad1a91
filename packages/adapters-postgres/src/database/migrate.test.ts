import { setTimeout as sleep } from 'node:timers/promises';
import { isStoreUnavailableError } from '@event-tracker/core';
import { appendBatch, type EventStorePort } from '@event-tracker/core/store';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { anEvent, events } from '../../test/events.ts';
import { dropSchema, newSchema, withClient } from '../../test/schemas.ts';
import { createPostgresEventStore } from '../postgres-event-store.ts';
import { insertEvents } from '../sql/insert-events.ts';
import { tablesIn } from '../sql/tables.ts';
import { MIGRATIONS } from './migrations.ts';

const url = inject('postgresUrl') ?? '';

describe.skipIf(url === '')('opening a store', () => {
  const schema = newSchema();
  afterEach(() => dropSchema(url, schema));

  test('creates the schema once if several stores open concurrently', async () => {
    const open = () => createPostgresEventStore({ url, schema });
    const [first, ...others] = await Promise.all([open(), ...Array.from({ length: 9 }, open)]);
    const stores = [first, ...others];
    const event = anEvent();
    await appendBatch(first, [event]);
    expect(await Promise.all(stores.map((store) => store.get(event.id)))).toEqual(stores.map(() => event));
    await closeAll(stores);
    const versions = await withClient(url, (client) => client.query(`SELECT version FROM "${schema}".migrations`));
    expect(versions.rows).toEqual([{ version: 1 }, { version: 2 }, { version: 3 }]);
  });

  test('keeps stored events when it opens again', async () => {
    const event = anEvent();
    const store = await createPostgresEventStore({ url, schema });
    await appendBatch(store, [event]);
    await store.close();
    const reopened = await createPostgresEventStore({ url, schema });
    expect(await reopened.get(event.id)).toEqual(event);
    await reopened.close();
  });

  test('rejects a schema that a newer version wrote', async () => {
    const store = await createPostgresEventStore({ url, schema });
    await store.close();
    await withClient(url, (client) => client.query(`INSERT INTO "${schema}".migrations VALUES (1000)`));
    const error = await failureOf(createPostgresEventStore({ url, schema }));
    expect(isStoreUnavailableError(error)).toBe(true);
    expect(String(error)).toMatch(/newer version.*version 1000.*supports up to 3$/);
  });

  test('uses an existing schema', async () => {
    await withClient(url, (client) => client.query(`CREATE SCHEMA "${schema}"`));
    const store = await createPostgresEventStore({ url, schema });
    await expect(store.ping()).resolves.toBeUndefined();
    await store.close();
  });
});

describe.skipIf(url === '')('a schema of version 1', () => {
  const schema = newSchema();
  const tables = tablesIn(schema);

  beforeEach(() =>
    withClient(url, async (client) => {
      await client.query(`CREATE SCHEMA "${schema}"`);
      await client.query(`CREATE TABLE ${tables.migrations} (version integer PRIMARY KEY, migrated_at timestamptz)`);
      await client.query(MIGRATIONS[0]?.change(tables) ?? '');
      await client.query(`INSERT INTO ${tables.migrations} VALUES (1, now())`);
    }),
  );
  afterEach(() => dropSchema(url, schema));

  test('is migrated while older servers write, without losing their events', async () => {
    await insert(2_000);
    let isOver = false;
    let slowestMs = 0;
    let stored = 2_000;
    const writers = Array.from({ length: 4 }, async () => {
      while (!isOver) {
        const begunAt = performance.now();
        await insert(5);
        stored += 5;
        slowestMs = Math.max(slowestMs, performance.now() - begunAt);
      }
    });
    // A transaction that locks the table for longer than a migration waits.
    const holder = withClient(url, async (client) => {
      await client.query(`BEGIN; INSERT INTO ${tables.events} (id, event_type, epoch_nanoseconds, payload)
        VALUES (gen_random_uuid(), 'held', 0, '{}')`);
      stored++;
      await sleep(3_000);
      await client.query('COMMIT');
    });
    const stores = await Promise.all(Array.from({ length: 3 }, () => createPostgresEventStore({ url, schema })));
    await sleep(200);
    isOver = true;
    await Promise.all([...writers, holder]);
    expect(new Set(stores.map((store) => store.id)).size).toBe(1);
    const arrivals = await stores[0]?.readAfter({ after: 0n, limit: 100_000 });
    expect(new Set(arrivals?.map(({ event }) => event.id)).size).toBe(stored);
    expect(slowestMs, 'milliseconds that a writer waited').toBeLessThan(2_800);
    await closeAll(stores);
  }, 60_000);

  test('replaces an invalid index that an interrupted attempt left', async () => {
    await withClient(url, async (client) => {
      await client.query(`INSERT INTO ${tables.events} (sequence, id, event_type, epoch_nanoseconds, payload)
        OVERRIDING SYSTEM VALUE SELECT 1, gen_random_uuid(), 'twice', 0, '{}' FROM generate_series(1, 2)`);
      // The build fails because of the duplicate rows, and leaves an invalid index.
      const building = client.query(
        `CREATE UNIQUE INDEX CONCURRENTLY events_by_arrival ON ${tables.events} (sequence)`,
      );
      await expect(building).rejects.toThrow(/could not create unique index/);
      await client.query(`DELETE FROM ${tables.events}`);
    });
    const store = await createPostgresEventStore({ url, schema });
    await store.close();
    const found = await withClient(url, (client) =>
      client.query(`SELECT indisvalid FROM pg_index WHERE indexrelid = '"${schema}".events_by_arrival'::regclass`),
    );
    expect(found.rows).toEqual([{ indisvalid: true }]);
  });

  function insert(count: number): Promise<unknown> {
    const { text, values } = insertEvents(tables, events(count));
    return withClient(url, (client) => client.query(text, [...(values ?? [])]));
  }
});

async function closeAll(stores: readonly EventStorePort[]): Promise<void> {
  await Promise.all(stores.map((store) => store.close()));
}

function failureOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => expect.fail('expected a rejection'),
    (error: unknown) => error,
  );
}

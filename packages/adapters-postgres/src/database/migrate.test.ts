import { appendBatch, type EventStorePort, isStoreUnavailableError } from '@event-tracker/core';
import { afterEach, describe, expect, inject, test } from 'vitest';
import { anEvent } from '../../test/events.ts';
import { dropSchema, newSchema, withClient } from '../../test/schemas.ts';
import { createPostgresEventStore } from '../postgres-event-store.ts';

const url = inject('postgresUrl') ?? '';

describe.skipIf(url === '')('opening a store', () => {
  const schema = newSchema();
  afterEach(() => dropSchema(url, schema));

  test('makes the schema once, however many open at once', async () => {
    const open = () => createPostgresEventStore({ url, schema });
    const [first, ...others] = await Promise.all([open(), ...Array.from({ length: 9 }, open)]);
    const stores = [first, ...others];
    const event = anEvent();
    await appendBatch(first, [event]);
    expect(await Promise.all(stores.map((store) => store.get(event.id)))).toEqual(stores.map(() => event));
    await closeAll(stores);
    const versions = await withClient(url, (client) => client.query(`SELECT version FROM "${schema}".migrations`));
    expect(versions.rows).toEqual([{ version: 1 }]);
  });

  test('keeps what is stored when it opens again', async () => {
    const event = anEvent();
    const store = await createPostgresEventStore({ url, schema });
    await appendBatch(store, [event]);
    await store.close();
    const reopened = await createPostgresEventStore({ url, schema });
    expect(await reopened.get(event.id)).toEqual(event);
    await reopened.close();
  });

  test('refuses a schema that a newer version has written', async () => {
    const store = await createPostgresEventStore({ url, schema });
    await store.close();
    await withClient(url, (client) => client.query(`INSERT INTO "${schema}".migrations VALUES (1000)`));
    const error = await failureOf(createPostgresEventStore({ url, schema }));
    expect(isStoreUnavailableError(error)).toBe(true);
    expect(String(error)).toMatch(/newer version.*version 1000.*knows up to 1$/);
  });

  test('uses a schema that was made for it', async () => {
    await withClient(url, (client) => client.query(`CREATE SCHEMA "${schema}"`));
    const store = await createPostgresEventStore({ url, schema });
    await expect(store.ping()).resolves.toBeUndefined();
    await store.close();
  });
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

import { setTimeout as sleep } from 'node:timers/promises';
import { isStoreUnavailableError } from '@event-tracker/core';
import { appendBatch, type EventStorePort } from '@event-tracker/core/store';
import {
  createRecorder,
  expectNothingLost,
  isTransient,
  type Recorder,
  record,
} from '@event-tracker/event-store-conformance';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createPostgresEventStore } from '../src/index.ts';
import { anEvent, events } from './events.ts';
import { startForwarder } from './forwarder.ts';
import { hasPostgres, type PostgresServer, startPostgres } from './postgres-server.ts';
import { newSchema, withClient } from './schemas.ts';

/** How soon submits must succeed after the database accepts changes again. */
const RECOVERY_MS = 5_000;

describe.skipIf(!hasPostgres())('when the database accepts no changes', { timeout: 120_000 }, () => {
  let server: PostgresServer;

  beforeAll(async () => {
    server = await startPostgres();
  }, 60_000);
  afterAll(() => server.stop());

  /** Makes new sessions read-only, or writable again. */
  function setReadOnly(isReadOnly: boolean): Promise<unknown> {
    return withClient(server.url, async (client) => {
      await client.query('SET default_transaction_read_only = off');
      await client.query(`ALTER DATABASE postgres SET default_transaction_read_only = ${isReadOnly}`);
    });
  }

  function endSessions(): Promise<unknown> {
    const text = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'event-tracker'`;
    return withClient(server.url, (client) => client.query(text));
  }

  test('replaces connections that were opened while it was read-only', async () => {
    const store = await createPostgresEventStore({ url: server.url, schema: newSchema() });
    await setReadOnly(true);
    await endSessions();
    // More calls than connections, so that each connection is opened while the database is read-only.
    const refused = await Promise.allSettled(Array.from({ length: 30 }, () => store.delete([anEvent().id])));
    for (const outcome of refused) expect(outcome).toMatchObject({ status: 'rejected', reason: { code: /^store_/ } });
    await expect(appendBatch(store, [anEvent()])).rejects.toSatisfy(isStoreUnavailableError);

    await setReadOnly(false);
    // The server does not end the read-only sessions.
    expect(await timeToRecover(createRecorder(), store)).toBeLessThan(RECOVERY_MS);
    for (let n = 0; n < 20; n++) await appendBatch(store, [anEvent()]);
    await store.close();
  });

  test('reports that the store is not ready, and ready again, without submits', async () => {
    const store = await createPostgresEventStore({ url: server.url, schema: newSchema() });
    await setReadOnly(true);
    await endSessions();
    await expect
      .poll(() => store.ping().catch((error: unknown) => error))
      .toMatchObject({
        code: 'store_unavailable',
        message: expect.stringContaining('read-only'),
      });
    await setReadOnly(false);
    await expect.poll(() => store.ping().then(() => 'ready'), { timeout: RECOVERY_MS }).toBe('ready');
    await appendBatch(store, [anEvent()]);
    await store.close();
  });

  test('continues on a promoted standby with every acknowledged event', async () => {
    const standby = await server.startStandby();
    const forwarder = await startForwarder(server.url);
    const store = await createPostgresEventStore({ url: forwarder.url, schema: newSchema() });
    const recorder = createRecorder();
    let isRunning = true;
    const failures: unknown[] = [];
    const callers = Array.from({ length: 8 }, async () => {
      while (isRunning) {
        const failure = await record(recorder, store, events(10));
        if (failure === undefined) continue;
        failures.push(failure);
        await sleep(20);
      }
    });
    while (recorder.acknowledged.size < 500) await sleep(10);
    await server.shutDown();
    forwarder.leadTo(standby.url);
    await expect.poll(() => store.ping().catch((error: unknown) => String(error))).toContain('is a standby');
    await sleep(500); // the pool opens connections to the standby
    await standby.promote();
    expect(await timeToRecover(recorder, store)).toBeLessThan(RECOVERY_MS);
    await store.ping();
    isRunning = false;
    await Promise.all(callers);
    expect(failures.filter((failure) => !isTransient(failure))).toEqual([]);
    await expectNothingLost(recorder, store);
    await store.close();
    forwarder.stop();
    await standby.stop();
  });
});

/** Returns the milliseconds until an append succeeds. Fails after the maximum. */
async function timeToRecover(recorder: Recorder, store: EventStorePort): Promise<number> {
  const begin = performance.now();
  while (performance.now() - begin < RECOVERY_MS) {
    if ((await record(recorder, store, [anEvent()])) === undefined) break;
    await sleep(20);
  }
  return performance.now() - begin;
}

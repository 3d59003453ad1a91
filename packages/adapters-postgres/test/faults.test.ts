import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { appendBatch, type EventStorePort } from '@event-tracker/core/store';
import {
  byEffort,
  createRecorder,
  expectNothingLost,
  ingestUntilKilled,
  isTransient,
  type Recorder,
  record,
} from '@event-tracker/event-store-conformance';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createPostgresEventStore } from '../src/index.ts';
import { anEvent, events } from './events.ts';
import { hasPostgres, type PostgresServer, startPostgres } from './postgres-server.ts';
import { newSchema, withClient } from './schemas.ts';

const KILLS = byEffort({ quick: 1, full: 3, long: 50 });
const CRASHES = byEffort({ quick: 1, full: 2, long: 10 });
const FREEZE_MS = byEffort({ quick: 4_000, full: 4_000, long: 10_000 });

/** Maximum duration of a call. */
const MAX_CALL_MS = 3_500;
const RECOVERY_MS = 5_000;

describe.skipIf(!hasPostgres())('under faults', { timeout: 10 * 60_000 }, () => {
  let server: PostgresServer;

  beforeAll(async () => {
    server = await startPostgres();
  }, 60_000);
  afterAll(() => server.stop());

  test(`loses no acknowledged event when its process is killed ${KILLS} times`, async () => {
    const schema = newSchema();
    const recorder = createRecorder();
    const file = join(import.meta.dirname, 'ingest.ts');
    for (let kill = 0; kill < KILLS; kill++)
      await ingestUntilKilled(recorder, 'acknowledged', file, server.url, schema);
    expect(recorder.acknowledged.size, 'acknowledged').toBeGreaterThan(0);
    await withStore(server.url, schema, async (store) => {
      await expectNothingLost(recorder, store);
      report(`${KILLS} kills`, recorder);
    });
  });

  test(`loses no acknowledged event when the server crashes ${CRASHES} times, and recovers`, async () => {
    await withStore(server.url, newSchema(), async (store) => {
      const recorder = createRecorder();
      const load = startLoad(recorder, store);
      for (let crash = 0; crash < CRASHES; crash++) {
        await sleep(500);
        await server.crashAndRestart();
        expect(await timeToRecover(recorder, store), 'milliseconds from the restart to the next success').toBeLessThan(
          RECOVERY_MS,
        );
      }
      const failures = await load.stop();
      expect(failures.length, 'calls that failed').toBeGreaterThan(0);
      expect(
        failures.filter((error) => !isTransient(error)),
        'failures that are not retryable',
      ).toEqual([]);
      await expectNothingLost(recorder, store);
      report(`${CRASHES} crashes`, recorder);
    });
  });

  test('reports an unknown outcome of an append whose connection the server is terminating, and stores it again', async () => {
    await withStore(server.url, newSchema(), async (store) => {
      await appendBatch(store, [anEvent()]);
      const pids = await serverProcesses();
      expect(pids.length).toBeGreaterThan(0);
      const event = anEvent();
      server.freeze();
      for (const pid of pids) process.kill(pid, 'SIGTERM');
      // The connection is still idle and usable for the store, so the append is sent on it.
      const append = appendBatch(store, [event]).catch((error: unknown) => error);
      await sleep(300);
      server.thaw();
      expect(await append).toMatchObject({ code: 'store_timeout', message: expect.stringContaining('unknown') });
      await expect(appendBatch(store, [event])).resolves.toMatchObject([{ event, stored: true }]);
    });
  });

  test('settles every call in time while the server is suspended, and recovers', async () => {
    await withStore(server.url, newSchema(), async (store) => {
      const recorder = createRecorder();
      const load = startLoad(recorder, store);
      await sleep(300);
      server.freeze();
      try {
        const thaw = sleep(FREEZE_MS);
        while (await Promise.race([thaw.then(() => false), callAll(recorder, store).then(() => true)]));
      } finally {
        server.thaw();
      }
      expect(await timeToRecover(recorder, store), 'milliseconds from resuming to the next success').toBeLessThan(
        RECOVERY_MS,
      );
      const failures = await load.stop();
      expect(load.slowest(), 'milliseconds of the slowest append').toBeLessThan(MAX_CALL_MS);
      expect(
        failures.filter((error) => !isTransient(error)),
        'failures that are not retryable',
      ).toEqual([]);
      await expectNothingLost(recorder, store);
    });
  });

  /** Returns the ids of the server processes of all stores. */
  function serverProcesses(): Promise<readonly number[]> {
    const text = `SELECT pid FROM pg_stat_activity WHERE application_name = 'event-tracker'`;
    return withClient(server.url, async (client) => {
      const { rows } = await client.query<{ readonly pid: number }>(text);
      return rows.map(({ pid }) => pid);
    });
  }
});

async function withStore(url: string, schema: string, work: (store: EventStorePort) => Promise<void>): Promise<void> {
  const store = await createPostgresEventStore({ url, schema });
  try {
    await work(store);
  } finally {
    await store.close();
  }
}

/** Appends to a store from several concurrent callers. */
function startLoad(recorder: Recorder, store: EventStorePort) {
  let isRunning = true;
  let slowest = 0;
  const failures: unknown[] = [];
  const callers = Array.from({ length: 8 }, async () => {
    while (isRunning) {
      const begin = performance.now();
      const error = await record(recorder, store, events(10));
      slowest = Math.max(slowest, performance.now() - begin);
      if (error === undefined) continue;
      failures.push(error);
      await sleep(20);
    }
  });
  return {
    slowest: () => slowest,
    stop: async () => {
      isRunning = false;
      await Promise.all(callers);
      return failures;
    },
  };
}

/** Returns the milliseconds until a call succeeds. Fails after the maximum. */
async function timeToRecover(recorder: Recorder, store: EventStorePort): Promise<number> {
  const begin = performance.now();
  while (performance.now() - begin < RECOVERY_MS) {
    if ((await record(recorder, store, [anEvent()])) === undefined) break;
    await sleep(20);
  }
  return performance.now() - begin;
}

/** Makes every call of the port, and expects each to settle in time. */
async function callAll(recorder: Recorder, store: EventStorePort): Promise<void> {
  const calls = {
    append: record(recorder, store, [anEvent()]).then((error) => error && Promise.reject(error)),
    get: store.get(anEvent().id),
    query: store.query({ filter: {}, order: 'asc', limit: 10 }),
    'query of a payload': store.query({ filter: CONDITION, order: 'asc', limit: 10 }),
    aggregate: store.aggregate({ filter: {}, metrics: [{ kind: 'count' }] }),
    ping: store.ping(),
  };
  await Promise.all(
    Object.entries(calls).map(async ([name, call]) => {
      const begin = performance.now();
      const error = await call.then(
        () => undefined,
        (reason: unknown) => reason,
      );
      if (error !== undefined) expect(isTransient(error), `${name}: ${error}`).toBe(true);
      expect(performance.now() - begin, `milliseconds of ${name}`).toBeLessThan(MAX_CALL_MS);
    }),
  );
}

const CONDITION = { payload: [{ path: ['n'], op: 'gt' as const, operand: 0 }] };

function report(fault: string, { sent, acknowledged }: Recorder): void {
  process.stdout.write(`${fault}: ${sent.size} events sent, ${acknowledged.size} acknowledged, 0 lost, 0 doubled\n`);
}

import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { createMemoryEventStore } from '@event-tracker/adapters-memory';
import { createEventTracker, type Event } from '@event-tracker/core';
import { createQuarantine } from '@event-tracker/core/schemas';
import { byEffort, IS_QUICK } from '@event-tracker/event-store-conformance';
import type { BatchResult, ProblemDocument, Replay } from '@event-tracker/http-contract';
import { afterAll, describe, expect, test } from 'vitest';
import { quarantineIdOf } from '../../src/body/quarantine-id.ts';
import { get, jsonOf, post } from '../support/client.ts';
import { openConnection } from '../support/connection.ts';
import { countOf, NOON } from '../support/events.ts';
import { recordLog } from '../support/log-lines.ts';
import { serveStore } from '../support/serve-store.ts';
import { startDatabase } from '../support/start-database.ts';
import { type StartedServer, startServer } from '../support/start-server.ts';

/* Quarantined events are neither lost nor stored twice, whatever happens during a replay. */

const CYCLES = byEffort({ quick: 2, full: 10, long: 50 });
const EVENTS = 150;
const LENIENT = { Prefer: 'handling=lenient' };

const folder = mkdtempSync(join(tmpdir(), 'event-tracker-replay-'));
const schemas = join(folder, 'schemas');
mkdirSync(schemas);
afterAll(() => rmSync(folder, { recursive: true }));

/** Accepts or rejects every order, once the servers have read it. */
const setSchema = (accepts: boolean): void =>
  writeFileSync(join(schemas, 'order.json'), accepts ? 'true' : '{ "x-mode": "quarantine", "not": {} }');

/** Orders of a cycle, every second one without an id. */
const ordersOf = (cycle: number): readonly object[] =>
  Array.from({ length: EVENTS }, (_, n) => ({
    ...(n % 2 === 0 && { id: randomUUID() }),
    event_type: 'order',
    timestamp: NOON,
    payload: { cycle, n },
  }));

const start = (store: string): Promise<StartedServer> => startServer({ env: { EVENT_STORE: store, SCHEMAS: schemas } });

async function submit({ url }: StartedServer, events: readonly object[]): Promise<void> {
  const response = await post(`${url}/events`, JSON.stringify(events));
  expect(jsonOf<BatchResult>(response)).toMatchObject({ accepted: 0, quarantined: events.length });
}

const replay = async ({ url }: Pick<StartedServer, 'url'>): Promise<Replay> =>
  jsonOf<Replay>(await post(`${url}/quarantine/replay`, ''));

/** Expects each order of a cycle exactly once, and nothing in quarantine. */
async function expectOrders({ url }: Pick<StartedServer, 'url'>, cycle: number): Promise<void> {
  const orders = jsonOf<readonly Event[]>(await get(`${url}/events?event_type=order&payload.cycle=${cycle}`));
  const numbers = orders.map(({ payload }) => payload.n as number).sort((a, b) => a - b);
  expect(numbers).toEqual(Array.from({ length: EVENTS }, (_, n) => n));
  expect(jsonOf(await get(`${url}/events?event_type%5Bprefix%5D=quarantine.`))).toEqual([]);
}

describe('a replay', () => {
  test(`stores each event once if the server is killed during it, ${CYCLES} times`, {
    timeout: 30_000 + CYCLES * 15_000,
  }, async () => {
    const store = `sqlite:${join(folder, 'events.sqlite')}`;
    for (let cycle = 0; cycle < CYCLES; cycle++) {
      setSchema(false);
      const killed = await start(store);
      await submit(killed, ordersOf(cycle));
      setSchema(true);
      killed.process.kill('SIGHUP');
      await expect.poll(killed.stdout, { timeout: 60_000 }).toContain('"SIGHUP: 1 schema from now on"');
      const replaying = replay(killed).catch(() => undefined);
      await sleep(Math.random() * 40);
      killed.process.kill('SIGKILL');
      await Promise.all([replaying, killed.exit]);

      const server = await start(store);
      const { still_invalid } = await replay(server);
      expect(still_invalid).toBe(0);
      await expectOrders(server, cycle);
      await server.stop();
    }
  });

  test.skipIf(IS_QUICK)('stores and counts each event once if two servers replay the same', async () => {
    const postgres = await startDatabase('postgres');
    const { url = '' } = postgres;
    setSchema(false);
    const strict = await start(url);
    await submit(strict, ordersOf(0));
    setSchema(true);
    const servers = await Promise.all([start(url), start(url)]);
    const replays = await Promise.all(servers.flatMap((server) => [replay(server), replay(server)]));
    expect(replays.reduce((sum, { replayed }) => sum + replayed, 0)).toBe(EVENTS);
    await expectOrders(strict, 0);
    for (const server of [strict, ...servers]) await server.stop();
    await postgres.stop();
  });
});

test('a replay ends when its client disconnects, and the next one continues it', async () => {
  const store = createMemoryEventStore();
  const rejecting = createEventTracker({
    store,
    quarantine: createQuarantine(quarantineIdOf),
    schemas: {
      check: () => ({
        mode: 'quarantine',
        problems: [{ pointer: '/payload', code: 'schema_violation', detail: 'must NOT be valid', keyword: 'not' }],
      }),
    },
  });
  const orders = ordersOf(0);
  await rejecting.submitEvents(orders);
  const append = Promise.withResolvers<void>();
  const client = Promise.withResolvers<void>();
  let appends = 0;
  const { log, lines } = recordLog('error');
  const server = await serveStore(
    {
      ...store,
      append: async (batches) => {
        if (++appends === 1) {
          append.resolve();
          await client.promise;
        }
        return store.append(batches);
      },
    },
    { log },
  );

  const connection = await openConnection(server.url);
  connection.write('POST /quarantine/replay HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n');
  await append.promise;
  connection.socket.destroy();
  await expect.poll(() => promisify(server.server.getConnections.bind(server.server))()).toBe(0);
  client.resolve();

  await expect.poll(() => countOf(server.url, 'quarantine.order')).toBeLessThan(EVENTS);
  await sleep(100); // more than a step needs
  const remaining = await countOf(server.url, 'quarantine.order');
  expect([appends, await countOf(server.url, 'order')]).toEqual([1, EVENTS - remaining]);
  expect(lines).toEqual([]);
  expect(await replay(server)).toEqual({ replayed: remaining, still_invalid: 0 });
  await expectOrders(server, 0);
  server.close();
});

test('if the store has no room for a quarantined event, nothing of its request is stored', async () => {
  const server = await startServer({ env: { MEMORY_MAX_EVENTS: '1' } });
  const event = { event_type: 'order', timestamp: NOON, payload: {} };
  const batch = JSON.stringify([event, { ...event, timestamp: 'x' }]);
  const response = await post(`${server.url}/events`, batch, LENIENT);
  expect([response.status, jsonOf<ProblemDocument>(response).code]).toEqual([503, 'store_full']);
  expect(response.headers.has('retry-after')).toBe(true);
  expect(jsonOf(await get(`${server.url}/events`))).toEqual([]);
  const alone = await post(`${server.url}/events`, JSON.stringify({ ...event, timestamp: 'x' }), LENIENT);
  expect(alone.status).toBe(202);
  await server.stop();
});

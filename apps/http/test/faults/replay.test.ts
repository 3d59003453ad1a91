import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Event } from '@event-tracker/core';
import { byEffort, IS_QUICK } from '@event-tracker/event-store-conformance';
import type { BatchResult, ProblemDocument, Replay } from '@event-tracker/http-contract';
import { afterAll, describe, expect, test } from 'vitest';
import { get, jsonOf, post } from '../support/client.ts';
import { NOON } from '../support/events.ts';
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

const replay = async ({ url }: StartedServer): Promise<Replay> =>
  jsonOf<Replay>(await post(`${url}/quarantine/replay`, ''));

/** Expects each order of a cycle exactly once, and nothing in quarantine. */
async function expectOrders({ url }: StartedServer, cycle: number): Promise<void> {
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

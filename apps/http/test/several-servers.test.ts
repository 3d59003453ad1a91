import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, get as httpGet, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Event } from '@event-tracker/core';
import { byEffort, IS_QUICK } from '@event-tracker/event-store-conformance';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { call, get, jsonOf, nextLinkOf, type TestResponse } from './support/client.ts';
import { newEvent } from './support/events.ts';
import { bearer, makeKey } from './support/keys.ts';
import { HAPROXY, HAS_HAPROXY, type StartedProxy, startProxy } from './support/proxy.ts';
import { getRaw } from './support/raw-client.ts';
import { createRedisProcess, HAS_REDIS, hasLoggedLateness } from './support/redis.ts';
import { startDatabase } from './support/start-database.ts';
import { type StartedServer, startServer } from './support/start-server.ts';
import { startSteadyLoad } from './support/steady-load.ts';

/*
 * The services of compose.yaml without containers: three servers, one PostgreSQL, one Redis, and the same proxy with the
 * same configuration. Without HAProxy, clients use the servers in turn.
 */

const SERVERS = 3;
const CLIENTS = 12;
const TURNS = byEffort({ quick: 1, full: 1, long: 10 });
const QUOTA = 3_000 * TURNS;
const DRAIN_DELAY_MS = 3_000;

const folder = mkdtempSync(join(tmpdir(), 'event-tracker-several-'));
const keysFile = join(folder, 'keys.txt');
const admin = makeKey('operator', 'admin');
const clientKeys = Array.from({ length: CLIENTS }, (_, i) => makeKey(`client-${i}`, 'write'));
writeFileSync(keysFile, [admin, ...clientKeys].map(({ line }) => `${line}\n`).join(''));

const postgres = IS_QUICK ? undefined : await startDatabase('postgres');
const redis = await createRedisProcess();
afterAll(async () => {
  await redis.kill();
  await postgres?.stop();
  rmSync(folder, { recursive: true });
});

function start(port = 0): Promise<StartedServer> {
  return startServer({
    env: {
      BIND_ADDRESS: `127.0.0.1:${port}`,
      EVENT_STORE: postgres?.url ?? '',
      REDIS_URL: redis.url,
      API_KEYS_FILE: keysFile,
      RATE_LIMIT: `${QUOTA}/1h`,
      TRUST_PROXY_HOPS: '1',
      DRAIN_DELAY_MS: String(DRAIN_DELAY_MS),
      SHUTDOWN_TIMEOUT_MS: '20000',
    },
  });
}

const through = HAS_HAPROXY ? HAPROXY : 'clients that ask them in turn, for want of HAProxy';

describe.skipIf(IS_QUICK || postgres?.url === undefined || !HAS_REDIS)(
  `three servers behind ${through}`,
  { timeout: 120_000 },
  () => {
    const servers: StartedServer[] = [];
    let proxy: StartedProxy | undefined;
    beforeAll(async () => {
      await redis.start();
      servers.push(...(await Promise.all(Array.from({ length: SERVERS }, () => start()))));
      if (HAS_HAPROXY) proxy = await startProxy(servers.map(({ url }) => url));
    }, 60_000);
    afterAll(async () => {
      await proxy?.stop();
      for (const { process } of servers) process.kill('SIGKILL'); // other tests stop them
    });

    let asked = 0;
    /** Returns the URL of the next request. */
    function urlOf(): string {
      return proxy?.url ?? servers[asked++ % SERVERS]?.url ?? '';
    }

    /** Returns the number of requests of each server, from the log of the proxy. */
    function requestsOf(server: number): number {
      return (proxy?.log() ?? '').split(` ready/tracker-${server + 1} `).length - 1;
    }

    async function storedOf(eventType: string): Promise<readonly string[]> {
      const url = `${urlOf()}/events?event_type=${eventType}`;
      return jsonOf<readonly Event[]>(await get(url, bearer(admin))).map(({ id }) => id);
    }

    test('accept the same keys, and a new key after each has reloaded', async () => {
      const late = makeKey('late', 'read');
      appendFileSync(keysFile, `${late.line}\n`);
      const statusesOf = (headers: Record<string, string>) =>
        Promise.all(servers.map(async ({ url }) => (await get(`${url}/events?limit=1`, headers)).status));
      expect(await statusesOf({})).toEqual([401, 401, 401]);
      expect(await statusesOf(bearer(admin))).toEqual([200, 200, 200]);
      expect(await statusesOf(bearer(late))).toEqual([401, 401, 401]);
      for (const server of servers) server.process.kill('SIGHUP');
      await expect.poll(() => statusesOf(bearer(late))).toEqual([200, 200, 200]);
    });

    test('store an event once when it is sent to several simultaneously', async () => {
      for (let i = 0; i < 50; i++) {
        const event = { id: randomUUID(), ...newEvent('once', { i }) };
        const submit = (url: string, body: object): Promise<TestResponse> =>
          call('POST', `${url}/events`, {
            headers: { 'Content-Type': 'application/json', ...bearer(admin) },
            body: JSON.stringify(body),
          });
        const responses = await Promise.all([...servers, ...servers].map(({ url }) => submit(url, event)));
        expect(responses.map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 200, 201]);
        expect(new Set(responses.map(({ text }) => text)).size).toBe(1);
        expect((await submit(urlOf(), { ...event, payload: { other: true } })).status).toBe(409);
      }
      const ids = await storedOf('once');
      expect(new Set(ids).size).toBe(50);
      expect(ids).toHaveLength(50);

      // The link of a page works on every server.
      const paged: string[] = [];
      for (let next: string | undefined = '/events?event_type=once&limit=7'; next !== undefined; ) {
        const page = await get(urlOf() + next, bearer(admin));
        paged.push(...jsonOf<readonly Event[]>(page).map(({ id }) => id));
        next = nextLinkOf(page);
      }
      expect(paged).toEqual(ids);
    });

    test('limit a client together, by the address that the proxy sees', async () => {
      const granted = await countGranted(urlOf, '127.0.0.2', QUOTA + 200);
      expect(granted).toBeGreaterThanOrEqual(QUOTA);
      // On a busy machine Redis can be late, and a server then counts alone.
      if (!servers.some(hasLoggedLateness)) expect(granted).toBe(QUOTA);
      expect(await countGranted(urlOf, '127.0.0.3', 3)).toBe(3);
    });

    test(`lose and duplicate no event when one of them is killed under load and restarted, ${TURNS} times`, async () => {
      const load = startSteadyLoad('killed', urlOf, clientKeys);
      for (let turn = 0; turn < TURNS; turn++) {
        const victim = turn % SERVERS;
        await load.acknowledge(500);
        const { port } = new URL(servers[victim]?.url ?? '');
        servers[victim]?.process.kill('SIGKILL');
        await servers[victim]?.exit;
        await load.acknowledge(300); // by the other servers
        servers[victim] = await start(Number(port));
        const before = requestsOf(victim);
        if (proxy) await expect.poll(() => requestsOf(victim) - before, { timeout: 20_000 }).toBeGreaterThan(20);
        else await load.acknowledge(300);
      }
      await load.stop();
      const ids = await storedOf('killed');
      expect(ids).toHaveLength(load.sent.size);
      expect(new Set(ids)).toEqual(load.sent);
      expect(load.acknowledged).toEqual(load.sent);
      report(`${TURNS} kills`, load);
    });

    test.skipIf(!HAS_HAPROXY)(`fail no request when one of them is stopped under load, ${TURNS} times`, async () => {
      const load = startSteadyLoad('stopped', urlOf, clientKeys);
      for (let turn = 0; turn < TURNS; turn++) {
        const victim = turn % SERVERS;
        await load.acknowledge(200);
        const { port } = new URL(servers[victim]?.url ?? '');
        expect(await servers[victim]?.stop()).toMatchObject({ code: 0, complaints: [] });
        await load.acknowledge(200); // by the other servers
        servers[victim] = await start(Number(port));
        const before = requestsOf(victim);
        await expect.poll(() => requestsOf(victim) - before, { timeout: 20_000 }).toBeGreaterThan(20);
      }
      await load.stop();
      expect(load.failures).toEqual([]);
      const ids = await storedOf('stopped');
      expect(ids).toHaveLength(load.sent.size);
      expect(new Set(ids)).toEqual(load.sent);
      report(`${TURNS} stops`, load);
    });

    test('report why none is ready, and the proxy returns 503 when none is left', async () => {
      await postgres?.stop();
      const ask = (): Promise<TestResponse> => get(`${urlOf()}/events?limit=1`, bearer(admin));
      if (proxy) await expect.poll(() => ask().then(() => proxy?.log())).toContain(' whichever/tracker-');
      const unavailable = await ask();
      expect([unavailable.status, jsonOf(unavailable)]).toEqual([
        503,
        expect.objectContaining({ code: 'store_unavailable' }),
      ]);
      expect((await get(`${urlOf()}/livez`)).status).toBe(200);

      for (const server of servers) server.process.kill('SIGKILL');
      await Promise.all(servers.map(({ exit }) => exit));
      if (!proxy) return;
      const { status, headers, body } = await getRaw(`${proxy.url}/events`);
      expect([status, headers['content-type'], headers['retry-after']]).toEqual([503, 'application/problem+json', '1']);
      expect(JSON.parse(body.toString())).toMatchObject({ status: 503, detail: 'no server could be reached' });
    });
  },
);

/**
 * Sends concurrent requests that need no key from an address of this machine. Returns the number of requests that were not
 * refused.
 */
async function countGranted(urlOf: () => string, localAddress: string, requests: number): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: 50, localAddress });
  const statuses = await Promise.all(
    Array.from({ length: requests }, async (_, i) => {
      // Behind the proxy, this address is forged, and is to the left of the one that the proxy adds.
      const headers = { 'X-Forwarded-For': HAS_HAPROXY ? `10.0.${i >> 8}.${i & 255}` : localAddress };
      const [response] = await once(httpGet(`${urlOf()}/problems/internal`, { agent, headers }), 'response');
      await once((response as IncomingMessage).resume(), 'end');
      return (response as IncomingMessage).statusCode;
    }),
  );
  agent.destroy();
  expect(statuses.filter((status) => status !== 200 && status !== 429)).toEqual([]);
  return statuses.filter((status) => status === 200).length;
}

function report(what: string, { sent, failures }: { sent: ReadonlySet<string>; failures: readonly string[] }): void {
  const kinds = Object.entries(Object.groupBy(failures, (failure) => failure));
  const listed = kinds.map(([failure, all = []]) => `${all.length} times ${failure}`).join(', ') || 'none';
  process.stdout.write(
    `${what}: ${sent.size} events acknowledged and stored, 0 lost, 0 duplicated; repeated requests: ${listed}\n`,
  );
}

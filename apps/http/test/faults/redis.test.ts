import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { pipeline } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { byEffort, IS_QUICK } from '@event-tracker/event-store-conformance';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { openSharedCounts } from '../../src/rate-limit/shared-counts.ts';
import { parseConfig } from '../../src/settings/config.ts';
import { get, jsonOf, type TestResponse } from '../support/client.ts';
import { newEvent, postEvent } from '../support/events.ts';
import { type LogLine, logLinesOf, recordLog } from '../support/log-lines.ts';
import { createRedisProcess, HAS_REDIS, REDIS_SERVER, type RedisProcess } from '../support/redis.ts';
import { scrape, sumOf } from '../support/scrape.ts';
import { serveApp } from '../support/serve-app.ts';
import { type ServerExit, type ServerOptions, type StartedServer, startServer } from '../support/start-server.ts';

const QUOTA = 20;
/** The number of failures under load. */
const TURNS = byEffort({ quick: 1, full: 1, long: 10 });
/** Maximum wait of a request for Redis, and an allowance for a busy machine. */
const FALLBACK_MS = 200 + 1_000;
const RECOVERY_MS = 5_000;
/** Longer than Redis is ever late, even on a busy machine. */
const PATIENT = { deadlineMs: 30_000, connectionMs: 30_000 };

const started: { readonly kill: () => unknown }[] = [];
afterAll(async () => {
  for (const { kill } of started) await kill();
});

async function startRedis(...options: readonly string[]): Promise<RedisProcess> {
  const redis = await createRedisProcess(...options);
  started.push(redis);
  await redis.start();
  return redis;
}

/** A server that counts in Redis. The test stands for the proxy. */
async function startLimited(redisUrl: string, env: ServerOptions['env'] = {}): Promise<StartedServer> {
  const server = await startServer({
    env: { RATE_LIMIT: `${QUOTA}/1h`, TRUST_PROXY_HOPS: '1', REDIS_URL: redisUrl, ...env },
  });
  started.push({ kill: () => server.process.kill('SIGKILL') });
  return server;
}

interface PatientServer {
  readonly url: string;
  /** The log lines about Redis. */
  readonly lines: readonly LogLine[];
}

/** A server that counts in Redis and waits for it as long as a busy machine needs. */
async function startPatient(redisUrl: string, env: ServerOptions['env'] = {}): Promise<PatientServer> {
  const { log, lines } = recordLog('info');
  const sharedCounts = await openSharedCounts(redisUrl, log, PATIENT);
  const config = parseConfig({ RATE_LIMIT: `${QUOTA}/1h`, TRUST_PROXY_HOPS: '1', ...env });
  const { url, close } = await serveApp({ config, sharedCounts });
  started.push({ kill: sharedCounts.close }, { kill: close });
  return { url, lines };
}

/** Returns the result of a call and its duration in milliseconds. */
async function timed<T>(call: Promise<T>): Promise<readonly [T, number]> {
  const begun = performance.now();
  return [await call, performance.now() - begun];
}

/**
 * Sends a request as a client behind the proxy, and expects a response that is not an error, in time: a request that needs no
 * Redis shows how long the machine takes at the moment.
 */
async function ask({ url }: Pick<StartedServer, 'url'>, client: string): Promise<TestResponse> {
  const [[response, durationMs], [, machineMs]] = await Promise.all([
    timed(get(`${url}/problems/internal`, { 'X-Forwarded-For': client })),
    timed(get(`${url}/livez`)),
  ]);
  expect(durationMs).toBeLessThan(FALLBACK_MS + 2 * machineMs);
  expect([200, 429]).toContain(response.status);
  return response;
}

/** Returns the number of granted requests of a client that exceeds its quota. */
async function grantedOf(server: StartedServer, client: string): Promise<number> {
  let granted = 0;
  for (let i = 0; i < QUOTA + 5; i++) if ((await ask(server, client)).status === 200) granted++;
  return granted;
}

/** Returns the log lines about Redis of a server that has ended, with their levels. */
function linesAboutRedis({ code, stdout, stderr }: ServerExit) {
  expect([code, stderr]).toEqual([0, '']);
  return logLinesOf(stdout).flatMap(({ level, msg }) => (msg.startsWith('REDIS_URL') ? [[level, msg]] : []));
}

async function limitOf({ url }: Pick<StartedServer, 'url'>): Promise<unknown> {
  const response = await get(`${url}/readyz`);
  expect(response.status).toBe(200);
  return jsonOf<{ rate_limit?: unknown }>(response).rate_limit;
}

async function untilShared(...servers: readonly StartedServer[]): Promise<void> {
  const isShared = async (server: StartedServer): Promise<boolean> => (await limitOf(server)) === 'shared';
  for (const server of servers) await vi.waitUntil(() => isShared(server), { timeout: RECOVERY_MS, interval: 50 });
}

describe.skipIf(!HAS_REDIS)(`limits that servers share in ${REDIS_SERVER}`, { timeout: 60_000 }, () => {
  test('enforce one limit together, also under simultaneous requests', async () => {
    const { url } = await startRedis();
    const servers = await Promise.all([startPatient(url), startPatient(url)]);
    const responses = await Promise.all(
      Array.from({ length: 4 * QUOTA }, (_, i) => ask(servers[i % 2] as PatientServer, '192.0.2.1')),
    );
    expect(responses.filter(({ status }) => status === 200)).toHaveLength(QUOTA);
    for (const server of servers) {
      expect((await ask(server, '192.0.2.1')).status).toBe(429);
      expect((await ask(server, '192.0.2.2')).status).toBe(200);
      expect(await limitOf(server)).toBe('shared');
      expect(server.lines).toEqual([]);
    }
  });

  test('report the same remaining quota on every server', async () => {
    const { url } = await startRedis();
    const servers = await Promise.all([startPatient(url), startPatient(url)]);
    for (let left = QUOTA - 1; left >= 0; left--) {
      const response = await ask(servers[left % 2] as PatientServer, '192.0.2.1');
      expect(response.headers.get('ratelimit')).toMatch(new RegExp(`^"default";r=${left};t=3[56]\\d\\d$`));
    }
  });

  test('count events, too', async () => {
    const { url } = await startRedis();
    const env = { RATE_LIMIT: 'off', TRUST_PROXY_HOPS: '0', EVENTS_RATE_LIMIT: '100/1h' };
    const servers = await Promise.all([startPatient(url, env), startPatient(url, env)]);
    const [one, other] = servers;
    const batch = (events: number) => Array(events).fill(newEvent('shared'));
    expect((await postEvent(one.url, batch(70))).status).toBe(200);
    const refused = await postEvent(other.url, batch(31));
    expect([refused.status, refused.headers.get('ratelimit')]).toEqual([
      429,
      expect.stringMatching(/^"events";r=30;t=3[56]\d\d$/),
    ]);
    expect((await postEvent(other.url, batch(30))).status).toBe(200);
    expect((await postEvent(one.url, newEvent('shared'))).status).toBe(429);
  });

  test('end their windows on all servers at the same time', async () => {
    const { url } = await startRedis();
    const env = { RATE_LIMIT: '2/1s' };
    const [one, other] = await Promise.all([startPatient(url, env), startPatient(url, env)]);
    expect([(await ask(one, '192.0.2.1')).status, (await ask(other, '192.0.2.1')).status]).toEqual([200, 200]);
    await expect.poll(async () => (await ask(one, '192.0.2.1')).status, { interval: 20 }).toBe(429);
    await expect.poll(async () => (await ask(one, '192.0.2.1')).status, { interval: 20 }).toBe(200);
    // It learns when a window ends from a response of Redis, which arrives late on a busy machine.
    await expect.poll(async () => (await ask(other, '192.0.2.1')).status, { interval: 20 }).toBe(200);
  });
});

describe.skipIf(!HAS_REDIS || IS_QUICK)(`an outage of Redis (${REDIS_SERVER})`, { timeout: 60_000 }, () => {
  /** Outages of Redis, each with its end. */
  const FAULTS: Record<
    string,
    { readonly begin: (redis: RedisProcess) => unknown; readonly end: (redis: RedisProcess) => unknown; reason: RegExp }
  > = {
    'is suspended and continues': {
      begin: (redis) => redis.freeze(),
      end: (redis) => redis.thaw(),
      reason: /no response within 150 ms/,
    },
    'is killed and restarted': {
      begin: (redis) => redis.kill(),
      end: (redis) => redis.start(),
      reason: /the connection broke|ECONNRESET|EPIPE|ECONNREFUSED/,
    },
    'is full and emptied': {
      begin: (redis) => redis.run('config', 'set', 'maxmemory', '1'),
      end: (redis) => redis.run('config', 'set', 'maxmemory', '0'),
      reason: /OOM command not allowed/,
    },
    'is a replica for a while': {
      begin: (redis) => redis.run('replicaof', '127.0.0.1', '1'),
      end: (redis) => redis.run('replicaof', 'no', 'one'),
      reason: /READONLY/,
    },
  };

  test.concurrent.each(Object.entries(FAULTS))(
    'that %s: each server limits separately, immediately and without an error, and jointly again within 5 s',
    async (_, { begin, end, reason }) => {
      const redis = await startRedis();
      const servers = await Promise.all([startLimited(redis.url), startLimited(redis.url)]);
      const [one, other] = servers;
      for (const server of servers) await ask(server, 'warm.up');
      expect(await grantedOf(one, '192.0.2.1')).toBe(QUOTA);
      for (let i = 0; i < QUOTA / 2; i++) expect((await ask(other, '192.0.2.2')).status).toBe(200);

      await begin(redis);
      // All servers detect it at the same time.
      for (const server of servers)
        await Promise.all(Array.from({ length: QUOTA }, (_, i) => ask(server, `198.51.100.${i}`)));
      for (const server of servers) expect(await limitOf(server)).toBe('local');
      expect(await grantedOf(one, '192.0.2.3')).toBe(QUOTA);
      expect(await grantedOf(other, '192.0.2.3')).toBe(QUOTA);
      expect(await grantedOf(one, '192.0.2.1'), 'continues from the last known count').toBe(0);
      expect(await grantedOf(other, '192.0.2.2'), 'continues from the last known count').toBe(QUOTA / 2);

      await end(redis);
      await untilShared(...servers);
      expect((await grantedOf(one, '192.0.2.4')) + (await grantedOf(other, '192.0.2.4'))).toBe(QUOTA);
      for (const server of servers) {
        expect((await ask(server, '192.0.2.3')).status, 'what was used in the meantime is not forgotten').toBe(429);
        expect(linesAboutRedis(await server.stop())).toEqual([
          [
            'warn',
            expect.stringMatching(
              new RegExp(
                `^REDIS_URL: ${redis.url} is unavailable \\(.*(${reason.source}).*\\); this server counts alone until it is available$`,
              ),
            ),
          ],
          ['info', `REDIS_URL: ${redis.url} is available again; limits are shared`],
        ]);
      }
    },
  );

  test('with another Redis at the same address: servers use the new one', async () => {
    const [old, successor] = await Promise.all([startRedis(), startRedis()]);
    let target = old;
    const address = createServer((client) => {
      const redis = connect(Number(new URL(target.url).port), '127.0.0.1');
      // If one connection breaks, the other one is closed, too.
      pipeline(client, redis, client, () => {});
    }).listen(0, '127.0.0.1');
    await once(address, 'listening');
    started.push({ kill: () => address.close() });
    const server = await startLimited(`redis://127.0.0.1:${(address.address() as AddressInfo).port}`);

    await old.run('replicaof', '127.0.0.1', '1');
    target = successor;
    await ask(server, '192.0.2.1');
    expect(await limitOf(server)).toBe('local');
    await untilShared(server);
    await ask(server, '192.0.2.2');
    expect(await successor.run('keys', '*192.0.2.2')).toBe('event-tracker:default:192.0.2.2');
    expect(await server.stop()).toMatchObject({ code: 0 });
  });

  test('under load fails and delays no request', { timeout: 60_000 + 10_000 * TURNS }, async () => {
    const redis = await startRedis();
    const server = await startLimited(redis.url, { RATE_LIMIT: '1000000/1h', EVENTS_RATE_LIMIT: '1000000/1h' });
    let isOver = false;
    const statuses = new Set<number>();
    let longestMs = 0;
    const clients = Array.from({ length: 4 }, async () => {
      while (!isOver) {
        const [[{ status }, durationMs], [, machineMs]] = await Promise.all([
          timed(postEvent(server.url, newEvent('load'))),
          timed(get(`${server.url}/livez`)),
        ]);
        statuses.add(status);
        longestMs = Math.max(longestMs, durationMs - 2 * machineMs);
      }
    });
    for (let i = 0; i < TURNS; i++) {
      await sleep(300);
      redis.freeze();
      await sleep(1_500); // longer than a connection without responses is kept
      redis.thaw();
      await untilShared(server);
      await redis.kill();
      await sleep(500);
      await redis.start();
      await untilShared(server);
    }
    isOver = true;
    await Promise.all(clients);
    expect(statuses).toEqual(new Set([201]));
    expect(longestMs).toBeLessThan(FALLBACK_MS);
    expect(linesAboutRedis(await server.stop())).toHaveLength(4 * TURNS);
  });
});

describe.skipIf(!HAS_REDIS)(`a server whose Redis (${REDIS_SERVER})`, { timeout: 60_000 }, () => {
  test.concurrent('is not yet running starts, limits separately, and jointly when Redis runs', async () => {
    const redis = await createRedisProcess();
    started.push(redis);
    const server = await startLimited(redis.url);
    expect(await limitOf(server)).toBe('local');
    expect(sumOf(await scrape(server.url), 'event_tracker_rate_limiter_degraded')).toBe(1);
    expect(await grantedOf(server, '192.0.2.1')).toBe(QUOTA);
    await redis.start();
    await untilShared(server);
    expect(sumOf(await scrape(server.url), 'event_tracker_rate_limiter_degraded')).toBe(0);
    expect(linesAboutRedis(await server.stop())).toEqual([
      ['warn', expect.stringMatching(/ is unavailable \(.*ECONNREFUSED.*\)/)],
      ['info', expect.stringContaining(' is available again')],
    ]);
  });

  test.skipIf(IS_QUICK).concurrent('closes an idle connection opens another one, and logs nothing', async () => {
    const redis = await startRedis();
    const server = await startLimited(redis.url);
    for (let i = 0; i < 3; i++) {
      expect((await ask(server, '192.0.2.1')).status).toBe(200);
      expect(await redis.run('client', 'kill', 'type', 'normal')).toBe('1');
      const connections = async (): Promise<number> => (await redis.run('client', 'list')).split('\n').length;
      await vi.waitUntil(async () => (await connections()) === 2, { timeout: RECOVERY_MS }); // includes the connection of this command
      await sleep(200); // until both connections are ready
    }
    expect(await limitOf(server)).toBe('shared');
    expect(await redis.run('get', 'event-tracker:default:192.0.2.1')).toBe('3');
    expect(linesAboutRedis(await server.stop())).toEqual([]);
  });

  test
    .skipIf(IS_QUICK)
    .concurrent('requires another password starts, and logs the reason without the password', async () => {
      const redis = await startRedis('--requirepass', 'right');
      const withPassword = (password: string): string => redis.url.replace('//', `//:${password}@`);
      const wrong = await startLimited(withPassword('hunter2'));
      const none = await startLimited(redis.url);
      const right = await startLimited(withPassword('right'));
      expect([await limitOf(wrong), await limitOf(none), await limitOf(right)]).toEqual(['local', 'local', 'shared']);
      const said = await wrong.stop();
      expect(linesAboutRedis(said)).toEqual([['warn', expect.stringContaining(' is unavailable (WRONGPASS')]]);
      expect(said.stdout + said.stderr).not.toContain('hunter2');
      expect(linesAboutRedis(await none.stop())).toEqual([
        ['warn', expect.stringContaining(' is unavailable (NOAUTH')],
      ]);
      expect(linesAboutRedis(await right.stop())).toEqual([]);
    });

  test.concurrent.each<[string, (redis: RedisProcess) => unknown]>([
    ['works', () => {}],
    ['hangs', (redis) => redis.freeze()],
    ['is gone', (redis) => redis.kill()],
  ])('%s stops without delay', async (_, begin) => {
    const redis = await startRedis();
    const server = await startLimited(redis.url);
    await ask(server, '192.0.2.1');
    await begin(redis);
    await ask(server, '192.0.2.1');
    const started = performance.now();
    expect(await server.stop()).toMatchObject({ code: 0 });
    expect(performance.now() - started).toBeLessThan(5_000); // the deadline of a shutdown is later
  });
});

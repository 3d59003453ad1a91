import { byEffort } from '@event-tracker/event-store-conformance';
import { describe, expect, test } from 'vitest';
import { get, post, type TestResponse } from './support/client.ts';
import { newEvent, postEvent, storedOf } from './support/events.ts';
import { KEY } from './support/keys.ts';
import { expectProblem } from './support/problem.ts';
import { startInProcess } from './support/start-in-process.ts';
import { SOURCE, startServer } from './support/start-server.ts';
import { useServer } from './support/use-server.ts';

/** Number of requests of a client that is over its limit. */
const EXCESS = byEffort({ quick: 50, full: 1_000, long: 1_000 });

/** Parses the RateLimit field: the remaining requests, and the seconds until there are more. */
function rateLimitOf({ headers }: TestResponse): { remaining: number; seconds: number } {
  const [, remaining, seconds] = /^"default";r=(\d+);t=(\d+)$/.exec(headers.get('ratelimit') ?? '') ?? [];
  return { remaining: Number(remaining), seconds: Number(seconds) };
}

describe('a rate limit', () => {
  const server = useServer({ env: { RATE_LIMIT: '10/2m' } });

  test('reports the remaining quota in every response, and then returns 429', async () => {
    const paths = ['/events', '/events/x', '/nothing', '/problems/internal', '/events?limit=0'];
    for (let remaining = 9; remaining >= 0; remaining--) {
      const response = await get(server.url + paths[remaining % paths.length]);
      expect(response.status).not.toBe(429);
      expect(response.headers.get('ratelimit-policy')).toBe('"default";q=10;w=120');
      expect(rateLimitOf(response).remaining).toBe(remaining);
      expect(rateLimitOf(response).seconds).toBeGreaterThan(0);
      expect(rateLimitOf(response).seconds).toBeLessThanOrEqual(120);
    }
    const refused = await postEvent(server.url, newEvent('limited'));
    expectProblem(refused, 429, 'rate_limited');
    expect(refused.headers.get('ratelimit-policy')).toBe('"default";q=10;w=120');
    expect(rateLimitOf(refused).remaining).toBe(0);
    expect(refused.headers.get('retry-after')).toBe(String(rateLimitOf(refused).seconds));
    expectProblem(await get(`${server.url}/events`), 429, 'rate_limited');
  });

  test('does not apply to probes, which are not counted either', async () => {
    for (let i = 0; i < 30; i++) {
      for (const path of ['/livez', '/readyz']) {
        const response = await get(server.url + path);
        expect([response.status, response.headers.get('ratelimit')]).toEqual([200, null]);
      }
    }
  });
});

test('also counts requests outside the base path, so that clients cannot guess keys there without limit', async () => {
  const server = await startInProcess({ env: { RATE_LIMIT: '3/1h', BASE_PATH: '/base', API_KEYS: KEY.read.line } });
  const outside = new URL('/outside', server.url).href;
  const statuses: number[] = [];
  for (let i = 0; i < 5; i++) statuses.push((await get(outside, { Authorization: `Bearer x${i}` })).status);
  expect(statuses).toEqual([401, 401, 401, 429, 429]);
  await server.stop();
});

test.concurrent('a client can continue when its window ends', async ({ expect }) => {
  const server = await startInProcess({ env: { RATE_LIMIT: '1/1s' } });
  expect((await postEvent(server.url, newEvent('again'))).status).toBe(201);
  const refused = await postEvent(server.url, newEvent('again'));
  expectProblem(refused, 429, 'rate_limited');
  expect(refused.headers.get('retry-after')).toBe('1');
  await expect
    .poll(async () => (await postEvent(server.url, newEvent('again'))).status, { timeout: 5_000, interval: 100 })
    .toBe(201);
  await server.stop();
});

describe('the client that is counted', () => {
  /** Returns the statuses of requests, each with a different X-Forwarded-For. */
  async function statusesOf(url: string, requests: number, forwardedFor: (i: number) => string): Promise<Set<number>> {
    const statuses = new Set<number>();
    for (let i = 0; i < requests; i++)
      statuses.add((await get(`${url}/events`, { 'X-Forwarded-For': forwardedFor(i) })).status);
    return statuses;
  }
  const madeUp = (i: number): string => `10.${i >> 8}.${i & 255}.1`;

  test.concurrent('is the one that connects, with any X-Forwarded-For', async ({ expect }) => {
    const server = await startInProcess({ env: { RATE_LIMIT: '10/1h' } });
    expect(await statusesOf(server.url, 10, madeUp)).toEqual(new Set([200]));
    expect(await statusesOf(server.url, EXCESS, madeUp)).toEqual(new Set([429]));
    await server.stop();
  });

  test.concurrent('is the one that the trusted proxies saw, with any address to the left', async ({ expect }) => {
    const server = await startInProcess({ env: { RATE_LIMIT: '10/1h', TRUST_PROXY_HOPS: '2' } });
    const throughProxies = (client: string) => (i: number) => `${madeUp(i)}, ${madeUp(i + 1)}, ${client}, 192.0.2.1`;
    expect(await statusesOf(server.url, 10, throughProxies('203.0.113.5'))).toEqual(new Set([200]));
    expect(await statusesOf(server.url, EXCESS, throughProxies('203.0.113.5'))).toEqual(new Set([429]));
    expect(await statusesOf(server.url, 10, throughProxies('203.0.113.6'))).toEqual(new Set([200]));
    await server.stop();
  });

  test.concurrent('is a whole /64 network in IPv6', async ({ expect }) => {
    const server = await startInProcess({ env: { RATE_LIMIT: '10/1h', TRUST_PROXY_HOPS: '1' } });
    const inNetwork = (network: string) => (i: number) => `${network}${i.toString(16)}`;
    expect(await statusesOf(server.url, 10, inNetwork('2001:db8:0:1::'))).toEqual(new Set([200]));
    expect(await statusesOf(server.url, EXCESS, inNetwork('2001:db8:0:1:a:b:c:'))).toEqual(new Set([429]));
    expect(await statusesOf(server.url, 10, inNetwork('2001:db8:0:2::'))).toEqual(new Set([200]));
    await server.stop();
  });
});

test.concurrent('without a limit, responses have no RateLimit fields', async ({ expect }) => {
  const server = await startInProcess({ env: { RATE_LIMIT: 'off' } });
  const response = await postEvent(server.url, newEvent('free'));
  expect([response.headers.has('ratelimit'), response.headers.has('ratelimit-policy')]).toEqual([false, false]);
  expect(await storedOf(server.url, 'free')).toHaveLength(1);
  await server.stop();
});

describe('a limit on events', () => {
  const server = useServer({ env: { RATE_LIMIT: '50/1h', EVENTS_RATE_LIMIT: '10/2m', TRUST_PROXY_HOPS: '1' } });

  /** Submits as a new client. Returns the remaining quota. */
  function createClient(address: string) {
    const fields = { 'X-Forwarded-For': address };
    const send = async (body: string, contentType = 'application/json'): Promise<TestResponse> =>
      post(`${server.url}/events`, body, { ...fields, 'Content-Type': contentType });
    return {
      submit: (event: unknown) => send(JSON.stringify(event)),
      submitLines: (...events: readonly unknown[]) =>
        send(events.map((event) => JSON.stringify(event)).join('\n'), 'application/x-ndjson'),
      get: (path: string) => get(server.url + path, fields),
    };
  }

  function eventsLeft({ headers }: TestResponse): number {
    expect(headers.get('ratelimit-policy')).toBe('"default";q=50;w=3600, "events";q=10;w=120');
    const [, left] = /^"default";r=\d+;t=\d+, "events";r=(\d+);t=\d+$/.exec(headers.get('ratelimit') ?? '') ?? [];
    return Number(left);
  }

  test('counts the events of every kind of request', async () => {
    const { submit, submitLines, get } = createClient('192.0.2.1');
    const event = newEvent('counted');
    const left: number[] = [];
    const responses = [
      await submit(event),
      await submit(Array(3).fill(event)),
      await submitLines(event, event),
      await get('/events?limit=1'),
    ];
    for (const response of responses) left.push(eventsLeft(response));
    expect([responses.map(({ status }) => status), left]).toEqual([
      [201, 200, 200, 200],
      [9, 6, 4, 4],
    ]);
    // The response has the number of events; all of them are counted or none.
    const refused = await submitLines(...Array(5).fill(event));
    const { detail } = expectProblem(refused, 429, 'rate_limited');
    expect(detail).toMatch(/^10 events in 120 s are allowed, and fewer than these 5 are left; all of them in \d+ s$/);
    expect(eventsLeft(refused)).toBe(4);
    expect(eventsLeft(await submit(Array(4).fill(event)))).toBe(0);
    expect(await storedOf(server.url, 'counted')).toHaveLength(10);

    const none = await submit(event);
    expectProblem(none, 429, 'rate_limited');
    expect(none.headers.get('ratelimit')).toMatch(new RegExp(`"events";r=0;t=${none.headers.get('retry-after')}$`));
    expect((await get('/events?limit=1')).status).toBe(200);
    expect(await storedOf(server.url, 'counted')).toHaveLength(10);
  });

  test('rejects a batch above the limit as too large, and consumes no quota', async () => {
    const { submit, get } = createClient('192.0.2.2');
    const { detail } = expectProblem(await submit(Array(11).fill(newEvent('large'))), 413, 'batch_too_large');
    expect(detail).toBe('a call has 11 events, at most 10 are allowed');
    expect(eventsLeft(await get('/events/x'))).toBe(10);
  });

  test('counts events whether or not they are stored', async () => {
    const { submit } = createClient('192.0.2.3');
    const event = { id: '4f9f3bb2-7f6e-4f0c-8d5e-0e6c3f1f7f10', ...newEvent('again') };
    const responses = [await submit(event), await submit(event), await submit([event, {}]), await submit('none')];
    expect(responses.map((response) => [response.status, eventsLeft(response)])).toEqual([
      [201, 9],
      [200, 8],
      [400, 6],
      [400, 5],
    ]);
  });

  test('applies to each client separately', async () => {
    for (const address of ['192.0.2.4', '192.0.2.5'])
      expect(eventsLeft(await createClient(address).submit(Array(10).fill(newEvent('each'))))).toBe(0);
  });

  test('refuses a batch above the limit as too large also without remaining quota', async () => {
    const { submit } = createClient('192.0.2.6');
    await submit(Array(10).fill(newEvent('all')));
    expectProblem(await submit(Array(11).fill(newEvent('all'))), 413, 'batch_too_large');
    expectProblem(await submit(Array(10).fill(newEvent('all'))), 429, 'rate_limited');
  });

  test('reports the quota of events also when the quota of requests is exhausted', async () => {
    const client = createClient('192.0.2.7');
    expect(eventsLeft(await client.submit(newEvent('requests')))).toBe(9);
    for (let i = 1; i < 50; i++) expect((await client.get('/events/x')).status).toBe(400);
    const refused = await client.submit(newEvent('requests'));
    const { detail } = expectProblem(refused, 429, 'rate_limited');
    expect(detail).toMatch(/^50 requests in 3600 s are allowed; the next in \d+ s$/);
    expect(eventsLeft(refused)).toBe(9);
    expect(refused.headers.get('ratelimit')).toMatch(
      new RegExp(`^"default";r=0;t=${refused.headers.get('retry-after')},`),
    );
  });
});

test.concurrent('events can be limited without a limit of requests', async ({ expect }) => {
  const server = await startInProcess({ env: { RATE_LIMIT: 'off', EVENTS_RATE_LIMIT: '2/h' } });
  const response = await postEvent(server.url, newEvent('alone'));
  expect(response.headers.get('ratelimit-policy')).toBe('"events";q=2;w=3600');
  expect(response.headers.get('ratelimit')).toMatch(/^"events";r=1;t=3[56]\d\d$/);
  expect((await postEvent(server.url, [newEvent('alone'), newEvent('alone')])).status).toBe(429);
  expect((await postEvent(server.url, newEvent('alone'))).status).toBe(201);
  expect((await postEvent(server.url, newEvent('alone'))).status).toBe(429);
  expect(await server.stop()).toMatchObject({ code: 0, stderr: '' });
});

test.concurrent('the Redis client is loaded only with REDIS_URL', async ({ expect }) => {
  const countModules = `import { _cache } from 'node:module';
    process.once('exit', () => console.log(Object.keys(_cache).filter((file) => file.includes('/ioredis/')).length));`;
  const nodeOptions = ['--import', `data:text/javascript,${encodeURIComponent(countModules)}`];
  const without = await startServer({ entry: SOURCE, nodeOptions, env: { RATE_LIMIT: '10/1m' } });
  expect((await without.stop()).stdout).toMatch(/\n0\n$/);
  const env = { RATE_LIMIT: '10/1m', REDIS_URL: 'redis://127.0.0.1:1' };
  const withRedis = await startServer({ entry: SOURCE, nodeOptions, env });
  expect((await withRedis.stop()).stdout).toMatch(/, counted in redis:\/\/127\.0\.0\.1:1, no keys".*\n[1-9]\d*\n$/s);
});

import { describe, expect, test } from 'vitest';
import { type Answer, get } from './support/client.ts';
import { newEvent, postEvent, storedOf } from './support/events.ts';
import { expectProblem } from './support/problem.ts';
import { startServer } from './support/start-server.ts';
import { useServer } from './support/use-server.ts';

/** What the RateLimit field says: requests remaining, and seconds until there are more. */
function rateLimitOf({ headers }: Answer): { remaining: number; seconds: number } {
  const [, remaining, seconds] = /^"default";r=(\d+);t=(\d+)$/.exec(headers.get('ratelimit') ?? '') ?? [];
  return { remaining: Number(remaining), seconds: Number(seconds) };
}

describe('a rate limit', () => {
  const server = useServer({ env: { RATE_LIMIT: '10/2m' } });

  test('is told with every answer, counts down and then answers 429', async () => {
    const paths = ['/events', '/events/x', '/nothing', '/problems/internal', '/events?limit=0'];
    for (let remaining = 9; remaining >= 0; remaining--) {
      const answer = await get(server.url + paths[remaining % paths.length]);
      expect(answer.status).not.toBe(429);
      expect(answer.headers.get('ratelimit-policy')).toBe('"default";q=10;w=120');
      expect(rateLimitOf(answer).remaining).toBe(remaining);
      expect(rateLimitOf(answer).seconds).toBeGreaterThan(0);
      expect(rateLimitOf(answer).seconds).toBeLessThanOrEqual(120);
    }
    const refused = await postEvent(server.url, newEvent('limited'));
    expectProblem(refused, 429, 'rate_limited');
    expect(refused.headers.get('ratelimit-policy')).toBe('"default";q=10;w=120');
    expect(rateLimitOf(refused).remaining).toBe(0);
    expect(refused.headers.get('retry-after')).toBe(String(rateLimitOf(refused).seconds));
    expectProblem(await get(`${server.url}/events`), 429, 'rate_limited');
  });

  test('does not hold for probes, which do not count either', async () => {
    for (let i = 0; i < 30; i++) {
      for (const path of ['/livez', '/readyz']) {
        const answer = await get(server.url + path);
        expect([answer.status, answer.headers.get('ratelimit')]).toEqual([200, null]);
      }
    }
  });
});

test.concurrent('a client may go on when its time is over', async ({ expect }) => {
  const server = await startServer({ env: { RATE_LIMIT: '1/1s' } });
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
  /** Statuses of so many requests, each with an X-Forwarded-For of its own. */
  async function statusesOf(url: string, requests: number, forwardedFor: (i: number) => string): Promise<Set<number>> {
    const statuses = new Set<number>();
    for (let i = 0; i < requests; i++)
      statuses.add((await get(`${url}/events`, { 'X-Forwarded-For': forwardedFor(i) })).status);
    return statuses;
  }
  const madeUp = (i: number): string => `10.${i >> 8}.${i & 255}.1`;

  test.concurrent('is the one that connects, whatever a thousand X-Forwarded-For say', async ({ expect }) => {
    const server = await startServer({ env: { RATE_LIMIT: '10/1h' } });
    expect(await statusesOf(server.url, 10, madeUp)).toEqual(new Set([200]));
    expect(await statusesOf(server.url, 990, madeUp)).toEqual(new Set([429]));
    await server.stop();
  });

  test.concurrent('is the one that the trusted proxies saw, whatever stands left of it', async ({ expect }) => {
    const server = await startServer({ env: { RATE_LIMIT: '10/1h', TRUST_PROXY_HOPS: '2' } });
    const throughProxies = (client: string) => (i: number) => `${madeUp(i)}, ${madeUp(i + 1)}, ${client}, 192.0.2.1`;
    expect(await statusesOf(server.url, 10, throughProxies('203.0.113.5'))).toEqual(new Set([200]));
    expect(await statusesOf(server.url, 500, throughProxies('203.0.113.5'))).toEqual(new Set([429]));
    expect(await statusesOf(server.url, 10, throughProxies('203.0.113.6'))).toEqual(new Set([200]));
    await server.stop();
  });

  test.concurrent('is a whole /64 network in IPv6', async ({ expect }) => {
    const server = await startServer({ env: { RATE_LIMIT: '10/1h', TRUST_PROXY_HOPS: '1' } });
    const inNetwork = (network: string) => (i: number) => `${network}${i.toString(16)}`;
    expect(await statusesOf(server.url, 10, inNetwork('2001:db8:0:1::'))).toEqual(new Set([200]));
    expect(await statusesOf(server.url, 100, inNetwork('2001:db8:0:1:a:b:c:'))).toEqual(new Set([429]));
    expect(await statusesOf(server.url, 10, inNetwork('2001:db8:0:2::'))).toEqual(new Set([200]));
    await server.stop();
  });
});

test.concurrent('without a limit nothing is said of one', async ({ expect }) => {
  const server = await startServer({ env: { RATE_LIMIT: 'off' } });
  const answer = await postEvent(server.url, newEvent('free'));
  expect([answer.headers.has('ratelimit'), answer.headers.has('ratelimit-policy')]).toEqual([false, false]);
  expect(await storedOf(server.url, 'free')).toHaveLength(1);
  await server.stop();
});

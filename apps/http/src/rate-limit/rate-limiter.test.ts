import { isRequestError } from '@event-tracker/http-contract';
import type { HttpBindings } from '@hono/node-server';
import { Hono } from 'hono';
import { describe, expect, test } from 'vitest';
import type { AppEnv } from '../request/app-env.ts';
import { respond } from '../response/respond.ts';
import { identifyClient } from './identify-client.ts';
import { createRateLimiter } from './rate-limiter.ts';

const LIMIT = { quota: 2, windowMs: 60_000 };
const SETTINGS = { rateLimit: LIMIT, eventsRateLimit: undefined, maxBatchEvents: 10 };

/** An app that reads the name of the key from the request, without a check. */
function createLimitedApp() {
  const limiter = createRateLimiter(SETTINGS, undefined);
  if (!limiter) throw new Error('expected a limiter');
  const app = new Hono<AppEnv>();
  app.onError((error, c) => respond(c, isRequestError(error) && error.code === 'rate_limited' ? 429 : 500, null));
  app.use((c, next) => {
    c.set('headers', {});
    c.set('keyName', c.req.header('x-key'));
    return next();
  });
  app.use(identifyClient(0));
  app.use(limiter.limitRequests);
  app.get('/', (c) => respond(c, 200, null));
  /** The statuses of a number of requests. */
  return async (requests: number, remoteAddress: string, keyName?: string): Promise<readonly number[]> => {
    const bindings = { incoming: { socket: { remoteAddress }, headers: {} } } as unknown as HttpBindings;
    const init = keyName === undefined ? {} : { headers: { 'X-Key': keyName } };
    const statuses: number[] = [];
    for (let i = 0; i < requests; i++) statuses.push((await app.request('/', init, bindings)).status);
    return statuses;
  };
}

describe('a client', () => {
  test('is a key, from any address', async () => {
    const ask = createLimitedApp();
    expect(await ask(1, '192.0.2.1', 'ci')).toEqual([200]);
    expect(await ask(2, '192.0.2.2', 'ci')).toEqual([200, 429]);
    expect(await ask(2, '192.0.2.1', 'web')).toEqual([200, 200]);
  });

  test('is an address if it has no key, shared by all clients of that address', async () => {
    const ask = createLimitedApp();
    expect(await ask(3, '192.0.2.1')).toEqual([200, 200, 429]);
    expect(await ask(1, '192.0.2.1', 'ci')).toEqual([200]);
    expect(await ask(1, '192.0.2.2')).toEqual([200]);
  });

  test('is distinct from a client whose address equals the name of its key', async () => {
    const ask = createLimitedApp();
    expect(await ask(3, '192.0.2.1', '192.0.2.2')).toEqual([200, 200, 429]);
    expect(await ask(1, '192.0.2.2')).toEqual([200]);
  });
});

test('is undefined without limits', () => {
  expect(createRateLimiter({ ...SETTINGS, rateLimit: undefined }, undefined)).toBeUndefined();
});

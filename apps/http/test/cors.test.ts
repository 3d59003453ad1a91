import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CHROMIUM, launchChromium, runsChromium } from './support/chromium.ts';
import { call, get, type TestResponse } from './support/client.ts';
import { exchange } from './support/connection.ts';
import { newEvent, postEvent, storedOf } from './support/events.ts';
import { KEY } from './support/keys.ts';
import { expectProblem } from './support/problem.ts';
import { startInProcess } from './support/start-in-process.ts';
import { useServer } from './support/use-server.ts';
import { parseResponses } from './support/wire.ts';

const APP = 'https://app.example.com';
const OTHER_APP = 'http://localhost:3000';
const STRANGERS = ['https://evil.example', 'http://app.example.com', `${APP}:8443`, `${APP}.evil.example`, 'null', '*'];
const PREFLIGHT = {
  'Access-Control-Request-Method': 'POST',
  'Access-Control-Request-Headers': 'authorization,content-type',
};

function corsFieldsOf({ headers }: TestResponse): readonly string[] {
  return [...headers.keys()].filter((name) => name.startsWith('access-control-'));
}

describe('without CORS_ORIGINS', () => {
  const server = useServer();

  test('allows no other origin, also in preflight requests', async () => {
    for (const origin of [APP, 'null']) {
      const response = await get(`${server.url}/events`, { Origin: origin });
      expect([corsFieldsOf(response), response.headers.get('vary')]).toEqual([[], 'Accept, Accept-Encoding']);
      const asked = await call('OPTIONS', `${server.url}/events`, { headers: { Origin: origin, ...PREFLIGHT } });
      expectProblem(asked, 405, 'method_not_allowed');
      expect(corsFieldsOf(asked)).toEqual([]);
    }
  });
});

describe('with CORS_ORIGINS', () => {
  const server = useServer({
    env: { CORS_ORIGINS: `${APP}, ${OTHER_APP}`, MAX_BODY_BYTES: '1000', REQUEST_TIMEOUT_MS: '500' },
  });
  const preflight = (origin: string, path = '/events'): Promise<TestResponse> =>
    call('OPTIONS', server.url + path, { headers: { Origin: origin, ...PREFLIGHT } });

  test('lets a page of a listed origin read the response and its header fields', async () => {
    for (const origin of [APP, OTHER_APP]) {
      const response = await get(`${server.url}/events?limit=1`, { Origin: origin });
      expect(response.status).toBe(200);
      expect(response.headers.get('access-control-allow-origin')).toBe(origin);
      expect(response.headers.get('access-control-expose-headers')).toBe(
        'ETag, Idempotent-Replayed, Link, Location, RateLimit, RateLimit-Policy, Retry-After, X-Request-Id',
      );
      expect(response.headers.get('vary')).toBe('Accept, Accept-Encoding, Origin');
      expect(response.headers.has('access-control-allow-credentials')).toBe(false);
    }
  });

  test('returns no CORS header fields to another origin', async () => {
    for (const origin of STRANGERS) {
      const response = await get(`${server.url}/livez`, { Origin: origin });
      expect([corsFieldsOf(response), response.headers.get('vary')]).toEqual([[], 'Origin']);
    }
  });

  test('returns Vary: Origin also without Origin, for caches', async () => {
    const response = await get(`${server.url}/events`);
    expect([corsFieldsOf(response), response.headers.get('vary')]).toEqual([[], 'Accept, Accept-Encoding, Origin']);
  });

  test('lets a page read problems, also those that the app does not create', async () => {
    const origin = { Origin: APP };
    const json = { ...origin, 'Content-Type': 'application/json' };
    const problems = await Promise.all([
      get(`${server.url}/events?limit=0`, origin),
      get(`${server.url}/nothing`, origin),
      call('PUT', `${server.url}/events`, { headers: origin }),
      call('POST', `${server.url}/events`, { headers: json, body: ' '.repeat(1_001) }),
      call('POST', `${server.url}/events`, { headers: { ...origin, 'Content-Type': 'image/png' }, body: 'x' }),
    ]);
    expect(problems.map(({ status }) => status)).toEqual([400, 404, 405, 413, 415]);
    for (const { headers } of problems) expect(headers.get('access-control-allow-origin')).toBe(APP);

    const slow = `POST /events HTTP/1.1\r\nHost: a\r\nOrigin: ${APP}\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{`;
    const [late] = parseResponses(await exchange(server.url, slow));
    expect([late?.status, late?.fields.get('access-control-allow-origin')]).toEqual([408, APP]);
  });

  test('lets a page send any header fields, such as those of tracing libraries', async () => {
    const fields = 'baggage,sentry-trace,x-datadog-trace-id';
    const headers = { Origin: APP, ...PREFLIGHT, 'Access-Control-Request-Headers': fields };
    const asked = await call('OPTIONS', `${server.url}/events`, { headers });
    expect([asked.status, asked.headers.get('access-control-allow-headers')]).toEqual([204, fields]);
    const { 'Access-Control-Request-Headers': _, ...none } = headers;
    const unasked = await call('OPTIONS', `${server.url}/events`, { headers: none });
    expect(unasked.headers.get('access-control-allow-headers')).toContain('Idempotency-Key');
  });

  test('responds to preflight requests on every path', async () => {
    for (const path of ['/events', '/stats', '/events/x', '/nothing', '/livez']) {
      const { status, headers, text } = await preflight(APP, path);
      expect([status, text]).toEqual([204, '']);
      expect(headers.get('access-control-allow-origin')).toBe(APP);
      expect(headers.get('access-control-allow-methods')).toBe('DELETE, GET, HEAD, POST');
      expect(headers.get('access-control-allow-headers')).toBe(PREFLIGHT['Access-Control-Request-Headers']);
      expect(headers.get('access-control-max-age')).toBe('7200');
      expect(headers.get('vary')).toBe('Access-Control-Request-Headers, Origin');
      expect(headers.get('x-request-id')).toMatch(/\S/);
    }
  });

  test('refuses a preflight request of another origin', async () => {
    for (const origin of STRANGERS) {
      const response = await preflight(origin);
      expectProblem(response, 405, 'method_not_allowed');
      expect(corsFieldsOf(response)).toEqual([]);
    }
  });

  test('refuses OPTIONS that is not a preflight request', async () => {
    expectProblem(
      await call('OPTIONS', `${server.url}/events`, { headers: { Origin: APP } }),
      405,
      'method_not_allowed',
    );
    expectProblem(await call('OPTIONS', `${server.url}/events`, { headers: PREFLIGHT }), 405, 'method_not_allowed');
  });
});

test.concurrent('does not limit preflight requests, and lets a page read 429', async ({ expect }) => {
  const server = await startInProcess({ env: { CORS_ORIGINS: APP, RATE_LIMIT: '2/1h' } });
  for (let i = 0; i < 20; i++) {
    const asked = await call('OPTIONS', `${server.url}/events`, { headers: { Origin: APP, ...PREFLIGHT } });
    expect([asked.status, asked.headers.get('ratelimit')]).toEqual([204, null]);
  }
  for (const status of [200, 200, 429]) {
    const response = await get(`${server.url}/events`, { Origin: APP });
    expect([response.status, response.headers.get('access-control-allow-origin')]).toEqual([status, APP]);
  }
  await server.stop();
});

test.concurrent('requires no key for preflight requests, and lets a page read 401', async ({ expect }) => {
  const server = await startInProcess({ env: { CORS_ORIGINS: APP, API_KEYS: KEY.read.line } });
  const asked = await call('OPTIONS', `${server.url}/events`, { headers: { Origin: APP, ...PREFLIGHT } });
  expect(asked.status).toBe(204);
  const response = await get(`${server.url}/events`, { Origin: APP });
  expect([response.status, response.headers.get('access-control-allow-origin')]).toEqual([401, APP]);
  await server.stop();
});

describe.skipIf(!runsChromium)(`a page in ${CHROMIUM}`, { timeout: 30_000 }, () => {
  /** Serves an empty page, as a separate origin. */
  async function servePage() {
    const server = createServer((_, response) =>
      response.setHeader('Content-Type', 'text/html').end('<!doctype html>'),
    );
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
  }

  let browser: Browser;
  const closing: (() => unknown)[] = [];
  beforeAll(async () => {
    browser = await launchChromium();
  }, 60_000);
  afterAll(async () => {
    await browser.close();
    for (const close of closing) await close();
  });

  /** Opens a page of a separate origin, and starts a tracker that allows that origin or another one. */
  async function openPage(isListed: boolean): Promise<{ page: Page; tracker: string }> {
    const { server, url } = await servePage();
    const tracker = await startInProcess({ env: { CORS_ORIGINS: isListed ? url : APP } });
    closing.push(() => server.close(), tracker.stop);
    const page = await browser.newPage();
    await page.goto(url);
    return { page, tracker: tracker.url };
  }

  const submit = (tracker: string): string => `
    fetch('${tracker}/events', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: 'Bearer key', 'X-Request-Id': 'page' },
      body: '${JSON.stringify(newEvent('from-a-page'))}',
    }).then(
      (response) => [response.status, response.headers.get('location') !== null, response.headers.get('x-request-id')],
      () => 'refused',
    )`;

  test('of a listed origin submits, and reads the response', async () => {
    const { page, tracker } = await openPage(true);
    expect(await page.evaluate(submit(tracker))).toEqual([201, true, 'page']);
    await postEvent(tracker, newEvent('from-a-page'));
    const link = `fetch('${tracker}/events?limit=1').then((response) => response.headers.get('link'))`;
    expect(await page.evaluate(link)).toMatch(/rel="next"/);
    const deletion = `fetch('${tracker}/events?event_type=from-a-page', { method: 'DELETE' }).then(({ status }) => status)`;
    expect(await page.evaluate(deletion)).toBe(200);
  });

  test('of another origin can neither submit, read nor embed', async () => {
    const { page, tracker } = await openPage(false);
    expect(await page.evaluate(submit(tracker))).toBe('refused');
    expect(await storedOf(tracker, 'from-a-page')).toEqual([]);
    expect(await page.evaluate(`fetch('${tracker}/events').then(() => 'read', () => 'refused')`)).toBe('refused');
    const embed = `new Promise((resolve) => {
      const script = document.createElement('script');
      script.onload = () => resolve('embedded');
      script.onerror = () => resolve('refused');
      script.src = '${tracker}/docs/page.js';
      document.body.append(script);
    })`;
    expect(await page.evaluate(embed)).toBe('refused');
  });
});

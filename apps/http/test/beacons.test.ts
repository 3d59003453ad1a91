import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CHROMIUM, launchChromium, runsChromium } from './support/chromium.ts';
import { get, jsonOf, post } from './support/client.ts';
import { eventText } from './support/events.ts';
import { bearer, KEY, makeKey } from './support/keys.ts';
import { expectProblem } from './support/problem.ts';
import { type StartedServer, startServer } from './support/start-server.ts';

const ALL = makeKey('both', 'read,write');
const KEYS = [...Object.values(KEY), ALL];
const TEXT = 'text/plain;charset=UTF-8';

let page: Server;
let origin: string;
let server: StartedServer;
beforeAll(async () => {
  page = createServer((_, response) => response.setHeader('Content-Type', 'text/html').end('<!doctype html>'));
  page.listen(0, '127.0.0.1');
  await once(page, 'listening');
  origin = `http://127.0.0.1:${(page.address() as AddressInfo).port}`;
  const env = { CORS_ORIGINS: origin, API_KEYS: KEYS.map(({ line }) => line).join(';') };
  server = await startServer({ env });
}, 30_000);
afterAll(async () => {
  page.close();
  const { stdout, stderr } = await server.stop();
  for (const { secret } of KEYS) expect(stdout + stderr).not.toContain(secret);
});

async function countOf(eventType: string): Promise<number> {
  return jsonOf<object[]>(await get(`${server.url}/events?event_type=${eventType}`, bearer(KEY.read))).length;
}

function beacon(eventType: string, query: string, headers: Record<string, string> = {}) {
  return post(`${server.url}/events${query}`, eventText(eventType, '{}'), { 'Content-Type': TEXT, ...headers });
}

describe('a beacon', () => {
  test('of an allowed origin is read as JSON in text/plain, with a key in its URL', async () => {
    expect((await beacon('beacon', `?key=${KEY.write.secret}`, { Origin: origin })).status).toBe(201);
  });

  test.each(['https://evil.example', undefined])('of the origin %s is not read as JSON', async (from) => {
    const headers = from === undefined ? {} : { Origin: from };
    expectProblem(await beacon('other', `?key=${KEY.write.secret}`, headers), 415, 'unsupported_media_type');
  });

  test.each([
    ['admin', KEY.admin],
    ['both', ALL],
  ])('with the key %s, which can do more than submit, is refused', async (_, key) => {
    const { detail } = expectProblem(await beacon('other', `?key=${key.secret}`, { Origin: origin }), 403, 'forbidden');
    expect(detail).toContain('must have the scope write alone');
  });

  test('with a wrong or undecodable key is refused, and the key is not shown', async () => {
    for (const key of ['etk_wrong', '%ff', '']) {
      const response = await beacon('other', `?key=${key}`, { Origin: origin });
      expectProblem(response, 401, 'unauthorized');
      if (key !== '') expect(response.text).not.toContain(key);
    }
  });

  test('with two keys is refused, and so is a key in the URL of another method', async () => {
    const twice = await beacon('other', `?key=${KEY.write.secret}`, { Origin: origin, ...bearer(KEY.write) });
    expect(expectProblem(twice, 400, 'invalid_query').errors).toMatchObject([{ parameter: 'key' }]);
    expectProblem(await get(`${server.url}/events?key=${KEY.read.secret}`), 401, 'unauthorized');
    const read = await get(`${server.url}/events?key=${KEY.read.secret}`, bearer(KEY.read));
    expectProblem(read, 400, 'invalid_query');
    expect(read.text).not.toContain(KEY.read.secret);
  });

  test.skipIf(!runsChromium)(`of ${CHROMIUM} is stored`, { timeout: 60_000 }, async () => {
    const browser = await launchChromium();
    const tab = await browser.newPage();
    await tab.goto(origin);
    const url = `${server.url}/events?key=${KEY.write.secret}`;
    const sent = `navigator.sendBeacon(${JSON.stringify(url)}, ${JSON.stringify(eventText('chromium', '{}'))})`;
    expect(await tab.evaluate(sent)).toBe(true);
    await expect.poll(() => countOf('chromium')).toBe(1);
    await browser.close();
    expect(await countOf('other')).toBe(0);
  });
});

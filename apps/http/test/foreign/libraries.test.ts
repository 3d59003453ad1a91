import type { Event } from '@event-tracker/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { INGEST_PROTOCOLS } from '../../src/app/ingest/protocols.ts';
import { parseKeys } from '../../src/auth/parse-keys.ts';
import { get, jsonOf } from '../support/client.ts';
import { bearer, KEY, makeKey } from '../support/keys.ts';
import { type ServedApp, serveApp } from '../support/serve-app.ts';
import { type FaultyProxy, send, startFaultyProxy } from './faulty-proxy.ts';

/*
 * The libraries of other systems, unchanged, send to the server through a proxy. `npm run check` installs them, `npm test` does
 * not: golden.test.ts then sends what they sent.
 */

const CLIENTS = await import('@event-tracker/foreign-clients').catch(() => undefined);
const CLIENT_KEY = makeKey('client', 'write', 'etk_client');
const EVENTS = Array.from({ length: 25 }, (_, n) => ({
  name: 'lib.test',
  at: new Date(Date.UTC(2025, 7, 1, 0, 0, n, 100 + n)),
  n,
}));
const TIMESTAMPS = EVENTS.map(({ at }) => at.toISOString().replace(/0+Z$/, 'Z'));

let server: ServedApp;
let proxy: FaultyProxy;
beforeEach(async () => {
  const keys = parseKeys([{ setting: 'KEY', unit: 'line', lines: [CLIENT_KEY.line, KEY.read.line] }]);
  server = await serveApp({ keys, config: { ingest: INGEST_PROTOCOLS } });
  proxy = await startFaultyProxy(server.url);
});
afterEach(() => {
  proxy.close();
  server.close();
});

const stored = async () => jsonOf<readonly Event[]>(await get(`${server.url}/events`, bearer(KEY.read)));

async function expectAllStored(): Promise<void> {
  const events = await stored();
  expect(events.map(({ timestamp }) => timestamp)).toEqual(TIMESTAMPS);
  expect(new Set(events.map((event) => event.event_type))).toEqual(new Set(['lib.test']));
  expect(events.map(({ payload }) => /"n":(\d+)/.exec(JSON.stringify(payload))?.[1])).toEqual(
    EVENTS.map(({ n }) => String(n)),
  );
}

describe.skipIf(!CLIENTS).each(Object.entries(CLIENTS?.SERVER_CLIENTS ?? { none: undefined }))('%s', (_, sendAll) => {
  test('has all of its events stored once, also when the same bytes are sent again', { timeout: 60_000 }, async () => {
    expect(await sendAll?.({ url: proxy.url, key: CLIENT_KEY.secret }, EVENTS)).toEqual([]);
    expect(new Set(proxy.statuses)).toEqual(new Set([200]));
    expect(proxy.requests.length).toBeGreaterThan(1);
    await expectAllStored();
    for (const request of proxy.requests) expect((await send(server.url, request)).status).toBe(200);
    await expectAllStored();
  });

  test('loses nothing after 429 and 503', { timeout: 60_000 }, async () => {
    proxy.refuseNext(429, 503);
    expect(await sendAll?.({ url: proxy.url, key: CLIENT_KEY.secret }, EVENTS)).toEqual([]);
    expect(proxy.statuses.filter((status) => status !== 200)).toEqual([429, 503]);
    await expectAllStored();
  });

  test('reports a wrong key', { timeout: 60_000 }, async () => {
    expect(await sendAll?.({ url: proxy.url, key: 'wrong' }, EVENTS)).not.toEqual([]);
    expect(new Set(proxy.statuses)).toEqual(new Set([401]));
    expect(await stored()).toEqual([]);
  });
});

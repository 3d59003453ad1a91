import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Event, JsonObject } from '@event-tracker/core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { INGEST_PROTOCOLS } from '../../src/app/ingest/protocols.ts';
import { parseKeys } from '../../src/auth/parse-keys.ts';
import { launchChromium, runsChromium } from '../support/chromium.ts';
import { get, jsonOf } from '../support/client.ts';
import { bearer, KEY, makeKey } from '../support/keys.ts';
import { type ServedApp, serveApp } from '../support/serve-app.ts';
import { type FaultyProxy, send, startFaultyProxy } from './faulty-proxy.ts';

/* The libraries of other systems for browsers, unchanged, in a page of another origin. `npm run check` installs them. */

const CLIENTS = await import('@event-tracker/foreign-clients').catch(() => undefined);
const CLIENT_KEY = makeKey('client', 'write', 'etk_client');
const EVENTS = Array.from({ length: 25 }, (_, n) => ({ ms: Date.UTC(2025, 7, 1, 0, 0, n, 100 + n), n }));
const TIMESTAMPS = EVENTS.map(({ ms }) => new Date(ms).toISOString().replace(/0+Z$/, 'Z'));

/** Runs in the page: begins to send events, the last of which are still on their way when it returns. */
const SCRIPTS = {
  segment: `({ url, key, events }) => {
    const host = url.replace('http://', '');
    const settings = { integrations: { 'Segment.io': { apiKey: key, apiHost: host + '/v1', protocol: 'http' } } };
    const analytics = AnalyticsNext.AnalyticsBrowser.load({ writeKey: key, cdnSettings: settings });
    for (const { ms, n } of events) analytics.track('lib.test', { n }, { timestamp: new Date(ms) });
  }`,
  posthog: `({ url, key, events }) => {
    posthog.init(key, {
      api_host: url,
      autocapture: false,
      capture_pageview: false,
      capture_pageleave: false,
      disable_session_recording: true,
      disable_surveys: true,
      advanced_disable_flags: true,
      opt_out_useragent_filter: true,
    });
    for (const { ms, n } of events) posthog.capture('lib.test', { n }, { timestamp: new Date(ms) });
  }`,
  snowplow: `({ url, key, events }) => {
    const { flushBuffer, newTracker, trackSelfDescribingEvent } = snowplowBrowserTracking;
    newTracker('test', url, { appId: 'test', maxPostBytes: 3000, customHeaders: { Authorization: 'Bearer ' + key } });
    for (const { ms, n } of events)
      trackSelfDescribingEvent({
        event: { schema: 'iglu:test/lib.test/jsonschema/1-0-0', data: { n } },
        timestamp: { type: 'ttm', value: ms },
      });
    setInterval(flushBuffer, 500); // what was refused for now is sent with the next flush
  }`,
} as const;

let browser: Browser;
let pages: Server;
let origin = '';
let page: Page;
let server: ServedApp;
let proxy: FaultyProxy;

beforeAll(async () => {
  if (!CLIENTS || !runsChromium) return;
  browser = await launchChromium();
  pages = createServer((_, response) => response.setHeader('Content-Type', 'text/html').end('<!doctype html>')).listen(
    0,
  );
  await once(pages, 'listening');
  origin = `http://localhost:${(pages.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await browser?.close();
  pages?.close();
});

async function stored(): Promise<readonly Event[]> {
  return jsonOf(await get(`${server.url}/events?event_type=lib.test`, bearer(KEY.read)));
}

describe.skipIf(!CLIENTS || !runsChromium).each(Object.entries(SCRIPTS))('%s in a page', (name, script) => {
  beforeEach(async () => {
    const keys = parseKeys([{ setting: 'KEY', unit: 'line', lines: [CLIENT_KEY.line, KEY.read.line] }]);
    server = await serveApp({ keys, config: { ingest: INGEST_PROTOCOLS, corsOrigins: [origin] } });
    proxy = await startFaultyProxy(server.url);
    page = await browser.newPage();
    await page.goto(origin);
    const file = CLIENTS?.BROWSER_SCRIPTS[name as keyof typeof SCRIPTS] ?? '';
    await page.addScriptTag({ content: readFileSync(file, 'utf8') });
  });
  afterEach(async () => {
    await page.close();
    proxy.close();
    server.close();
  });

  const begin = (key: string) =>
    page.evaluate(`(${script})(${JSON.stringify({ url: proxy.url, key, events: EVENTS })})`);

  async function expectAllStored(): Promise<void> {
    await expect.poll(async () => (await stored()).length, { timeout: 40_000 }).toBe(EVENTS.length);
    const events = await stored();
    expect(events.map(({ timestamp }) => timestamp)).toEqual(TIMESTAMPS);
    expect(JSON.stringify(events)).not.toContain(CLIENT_KEY.secret);
  }

  test('has all of its events stored once, also when the same bytes are sent again', { timeout: 60_000 }, async () => {
    await begin(CLIENT_KEY.secret);
    await expectAllStored();
    expect(proxy.requests.length).toBeGreaterThan(1);
    for (const request of proxy.requests) expect((await send(server.url, request)).status).toBe(200);
    await expectAllStored();
  });

  test('loses nothing after being refused twice', { timeout: 60_000 }, async () => {
    // posthog-js itself does not send events again after 429.
    const refusals = name === 'posthog' ? [503, 503] : [429, 503];
    proxy.refuseNext(...refusals);
    await begin(CLIENT_KEY.secret);
    await expectAllStored();
    expect(proxy.statuses.filter((status) => status !== 200)).toEqual(refusals);
  });

  test('sees a wrong key', { timeout: 60_000 }, async () => {
    await begin('wrong');
    await expect.poll(() => proxy.statuses.length, { timeout: 40_000 }).toBeGreaterThan(0);
    expect(new Set(proxy.statuses)).toEqual(new Set([401]));
    expect(await stored()).toEqual([]);
  });
});

test.skipIf(!CLIENTS || !runsChromium)(
  'posthog sends what it has when its page is left',
  { timeout: 60_000 },
  async () => {
    const keys = parseKeys([{ setting: 'KEY', unit: 'line', lines: [CLIENT_KEY.line, KEY.read.line] }]);
    server = await serveApp({ keys, config: { ingest: INGEST_PROTOCOLS, corsOrigins: [origin] } });
    page = await browser.newPage();
    await page.goto(origin);
    await page.addScriptTag({ content: readFileSync(CLIENTS?.BROWSER_SCRIPTS.posthog ?? '', 'utf8') });
    const options = { url: server.url, key: CLIENT_KEY.secret, events: EVENTS.slice(0, 1) };
    await page.evaluate(`(${SCRIPTS.posthog})(${JSON.stringify(options)})`);
    await expect.poll(async () => (await stored()).length, { timeout: 20_000 }).toBe(1);
    // Without a timestamp: posthog sends an event with one in a separate request, which ends with the page.
    await page.evaluate("for (const n of [1, 2, 3, 4]) posthog.capture('lib.test', { n })");
    await page.goto('about:blank');
    await expect.poll(async () => (await stored()).length, { timeout: 20_000 }).toBe(5);
    expect((await stored()).map(({ payload }) => (payload.properties as JsonObject).n).sort()).toEqual([0, 1, 2, 3, 4]);
    await page.close();
    server.close();
  },
);

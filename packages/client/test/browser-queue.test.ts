import { existsSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { NewEvent } from '@event-tracker/core';
import { IS_QUICK } from '@event-tracker/event-store-conformance';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { newEvents, readStored } from './support/events.ts';
import { type StartedServer, startServer } from './support/server.ts';

/* The client of @event-tracker/client/browser in pages of Chromium. */

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';

describe.skipIf(!existsSync(CHROMIUM))(`in ${CHROMIUM}`, { timeout: 90_000 }, () => {
  let pages: Server;
  let server: StartedServer;
  let browser: Browser;
  let context: BrowserContext;
  let pageUrl: string;

  beforeAll(async () => {
    const script = await bundle();
    pages = createServer(({ url }, response) => {
      if (url === '/client.js') response.writeHead(200, { 'Content-Type': 'text/javascript' }).end(script);
      else response.writeHead(200, { 'Content-Type': 'text/html' }).end('<script src="/client.js"></script>');
    });
    await new Promise<void>((resolve) => pages.listen(0, '127.0.0.1', resolve));
    pageUrl = `http://127.0.0.1:${(pages.address() as AddressInfo).port}`;
    server = await startServer({ CORS_ORIGINS: pageUrl, RETENTION_DAYS_BY_TYPE: 'short:1' });
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] });
  });
  afterAll(async () => {
    await browser.close();
    pages.close();
    expect(await server.stop()).toBe(0);
  });
  beforeEach(async () => {
    context = await browser.newContext();
    return () => context.close();
  });

  /** Opens a page that has a client, and the events that were given to its `onRejected`. */
  async function openPage(): Promise<Page> {
    const page = await context.newPage();
    await page.goto(pageUrl);
    await page.evaluate((url) => {
      const rejected: unknown[] = [];
      const onRejected = (event: unknown, error: unknown) => rejected.push([event, String(error)]);
      Object.assign(globalThis, { rejected, client: browserDoor.createBrowserClient({ url, onRejected }) });
    }, server.url);
    return page;
  }

  const submitLater = (page: Page, events: readonly NewEvent[]) =>
    page.evaluate((text) => {
      for (const event of JSON.parse(text)) client.submitLater(event);
    }, JSON.stringify(events));
  const flush = (page: Page) => page.evaluate(() => client.flush());
  const away = () => context.route(`${server.url}/**`, (route) => route.abort());
  const back = () => context.unroute(`${server.url}/**`);

  async function numbersStored([event]: readonly NewEvent[]): Promise<number[]> {
    const stored = await readStored(server.url, event as NewEvent);
    return stored.map(({ payload }) => Number(payload.n)).sort((a, b) => a - b);
  }
  const numbersOf = (events: readonly NewEvent[]) => events.map(({ payload }) => payload.n);

  test('stores the events of submitLater, and reports those that are refused', async () => {
    const page = await openPage();
    const events = newEvents(1_000);
    await submitLater(page, [...events, { ...(events[0] as NewEvent), event_type: 'short' }]);
    await flush(page);
    expect(await numbersStored(events)).toEqual(numbersOf(events));
    expect(await page.evaluate(() => rejected)).toEqual([
      [expect.objectContaining({ event_type: 'short' }), expect.stringContaining('kept for 1 day')],
    ]);
  });

  test.skipIf(IS_QUICK)('stores each event once after the page was offline', async () => {
    const page = await openPage();
    await context.setOffline(true);
    const events = newEvents(1_000);
    await submitLater(page, events);
    await page.waitForTimeout(500);
    expect(await numbersStored(events)).toEqual([]);
    await context.setOffline(false);
    await flush(page);
    expect(await numbersStored(events)).toEqual(numbersOf(events));
  });

  test('stores the events of a page that was closed while the server was away', async () => {
    await away();
    const closed = await openPage();
    const events = newEvents(700);
    await submitLater(closed, events);
    await closed.waitForTimeout(300);
    await closed.close();
    await back();
    await openPage();
    await vi.waitFor(async () => expect(await numbersStored(events)).toEqual(numbersOf(events)), 30_000);
  });

  test.skipIf(IS_QUICK)('stores each event once although the page is closed in the middle of a batch', async () => {
    const events = newEvents(2_000);
    const closed = await openPage();
    const sending = closed.waitForRequest((request) => request.method() === 'POST');
    await submitLater(closed, events);
    await sending;
    await closed.close();
    await openPage();
    await vi.waitFor(async () => expect(await numbersStored(events)).toEqual(numbersOf(events)), 30_000);
  });

  test.skipIf(IS_QUICK)('sends up to 60 KiB when the page is left, without another page', async () => {
    const events = newEvents(700);
    const page = await openPage();
    await submitLater(page, newEvents(1));
    await flush(page); // the database is open: a page that is left before that loses what does not fit
    // A page that is left requests nothing that Playwright reports, so the events that the server has show what was sent.
    await Promise.all([
      page.waitForURL('about:blank'),
      page.evaluate((text) => {
        for (const event of JSON.parse(text)) client.submitLater(event);
        Object.assign(globalThis, { location: 'about:blank' });
      }, JSON.stringify(events)),
    ]);
    await vi.waitFor(async () => expect((await numbersStored(events)).length).toBeGreaterThan(300), 30_000);
    expect((await numbersStored(events)).length).toBeLessThan(700);
    await openPage();
    await vi.waitFor(async () => expect(await numbersStored(events)).toEqual(numbersOf(events)), 30_000);
  });

  test.skipIf(IS_QUICK)(
    'sends the events of all tabs from one of them, and from another one when it is closed',
    async () => {
      const posts = new Map<Page, number>();
      const open = async () => {
        const page = await openPage();
        page.on('request', (request) => {
          if (request.method() === 'POST') posts.set(page, (posts.get(page) ?? 0) + 1);
        });
        return page;
      };
      const first = await open();
      const second = await open();
      const events = newEvents(100);
      await submitLater(second, events.slice(0, 50));
      await submitLater(first, events.slice(50));
      await Promise.all([flush(first), flush(second)]);
      expect(await numbersStored(events)).toEqual(numbersOf(events));
      expect([...posts.keys()]).toEqual([first]);
      await first.close();
      const more = newEvents(50);
      await submitLater(second, more);
      await flush(second);
      expect(await numbersStored(more)).toEqual(numbersOf(more));
      expect(posts.get(second)).toBeGreaterThan(0);
    },
  );

  test.skipIf(IS_QUICK)('close sends everything; with a signal it leaves the rest for the next page', async () => {
    const page = await openPage();
    const events = newEvents(100);
    await submitLater(page, events);
    await page.evaluate(() => client.close());
    expect(await numbersStored(events)).toEqual(numbersOf(events));

    await away();
    const other = await openPage();
    const left = newEvents(100);
    await submitLater(other, left);
    const closing = other.evaluate(() => client.close({ signal: AbortSignal.timeout(300) }));
    await expect(closing).rejects.toThrow(/timed out/i);
    await back();
    await openPage();
    await vi.waitFor(async () => expect(await numbersStored(left)).toEqual(numbersOf(left)), 30_000);
  });
});

/** Globals of the pages. */
declare const browserDoor: typeof import('../src/browser/index.ts');
declare const client: import('../src/index.ts').EventTrackerClient;
declare const rejected: readonly unknown[];

async function bundle(): Promise<string> {
  const built = await rolldown({
    input: join(import.meta.dirname, '../src/browser/index.ts'),
    platform: 'browser',
    resolve: { conditionNames: ['x-src', 'browser', 'import'] },
  });
  const { output } = await built.generate({ format: 'iife', name: 'browserDoor', codeSplitting: false });
  await built.close();
  return output[0].code;
}

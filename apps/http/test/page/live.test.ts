import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IS_QUICK } from '@event-tracker/event-store-conformance';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CHROMIUM, hasChromium, launchChromium, runsChromium } from '../support/chromium.ts';
import { post } from '../support/client.ts';
import { newEvent, postEvent } from '../support/events.ts';
import { freePort } from '../support/free-port.ts';
import { bearer, KEY } from '../support/keys.ts';
import { openPage } from '../support/open-page.ts';
import { startServer } from '../support/start-server.ts';
import { useServer } from '../support/use-server.ts';

const now = (n: number) => newEvent('live', { n }, new Date(Date.now() + n).toISOString());
const numbersOf = async (page: Page): Promise<number[]> => {
  const texts = await page.locator('.rows .row .payload').allInnerTexts();
  return texts.map((text) => Number(text.replace('n: ', '')));
};
const range = (first: number, last: number): number[] => Array.from({ length: last - first + 1 }, (_, n) => last - n);

describe.skipIf(!hasChromium)(`new events on the web page in ${CHROMIUM}`, { timeout: 60_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'event-tracker-page-'));
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  }, 60_000);
  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });

  test(`appear as they arrive, wait while the list is scrolled${IS_QUICK ? '' : ', and continue after a restart of the server'}`, async () => {
    const env = {
      EVENT_STORE: `sqlite:${join(folder, 'events.sqlite')}`,
      BIND_ADDRESS: `127.0.0.1:${await freePort()}`,
      RATE_LIMIT: 'off',
    };
    const first = await startServer({ env });
    for (let n = 0; n < 60; n++) await postEvent(first.url, now(n));
    const { page } = await openPage(browser, `${first.url}/`);
    await page.getByText('Live', { exact: true }).waitFor();
    await expect.poll(async () => (await numbersOf(page)).slice(0, 3)).toEqual([59, 58, 57]);

    for (let n = 60; n < 63; n++) await postEvent(first.url, now(n));
    await expect.poll(async () => (await numbersOf(page)).slice(0, 4)).toEqual([62, 61, 60, 59]);

    await page.locator('.table').evaluate((table) => table.scrollTo({ top: 400 }));
    for (let n = 63; n < 66; n++) await postEvent(first.url, now(n));
    await page.getByRole('button', { name: 'Paused, 3 new' }).click();
    await expect.poll(async () => (await numbersOf(page)).slice(0, 7)).toEqual(range(59, 65));

    await first.stop();
    if (IS_QUICK) return;
    await page.getByText('Reconnecting').waitFor({ timeout: 20_000 });
    const second = await startServer({ env });
    for (let n = 66; n < 69; n++) await postEvent(second.url, now(n));
    await expect.poll(async () => (await numbersOf(page)).slice(0, 10), { timeout: 30_000 }).toEqual(range(59, 68));
    await page.getByText('Live', { exact: true }).waitFor();
    await second.stop();
  });
});

describe.skipIf(!runsChromium)(`the web page of a server with keys in ${CHROMIUM}`, { timeout: 60_000 }, () => {
  const server = useServer({
    env: {
      API_KEYS: Object.values(KEY)
        .map(({ line }) => line)
        .join(';'),
    },
  });
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  }, 60_000);
  afterAll(() => browser.close());

  test('asks for a key, refuses a wrong one in a sentence, and keeps a right one until the tab is closed', async () => {
    await post(`${server.url}/events`, JSON.stringify(newEvent('login')), bearer(KEY.write));
    const { page, requested } = await openPage(browser, `${server.url}/`);
    const enter = async (secret: string): Promise<void> => {
      await page.getByLabel('Key').fill(secret);
      await page.getByRole('button', { name: 'Use this key' }).click();
    };
    await page.getByText('This server requires a key.').waitFor();
    await enter(KEY.write.secret);
    await page.getByText('the scope “read” is required').waitFor();
    await enter(KEY.read.secret);
    await page.locator('.rows .row').first().waitFor();
    await page.reload();
    await page.locator('.rows .row').first().waitFor();
    expect(requested.filter((url) => url.includes('etk_'))).toEqual([]);
    expect(page.url()).toBe(`${server.url}/`);
    const { page: otherTab } = await openPage(browser, `${server.url}/`);
    await otherTab.getByText('This server requires a key.').waitFor();
  });
});

describe.skipIf(!runsChromium)(`the web page of an empty server in ${CHROMIUM}`, { timeout: 60_000 }, () => {
  const server = useServer();
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  }, 60_000);
  afterAll(() => browser.close());

  test('shows the command that submits the first event, which then appears', async () => {
    const { page } = await openPage(browser, `${server.url}/`);
    const command = await page.locator('.empty pre').innerText();
    expect(command).toContain(`curl -sS ${server.url}/events -H 'Content-Type: application/json'`);
    const body = /-d '(.*)'/s.exec(command)?.[1] ?? '';
    expect((await postEvent(server.url, JSON.parse(body))).status).toBe(201);
    await page.locator('.rows .row').first().waitFor();
  });

  test('shows that it is live only when it is connected', async () => {
    const { page } = await openPage(browser, `${server.url}/`);
    const { promise: isReleased, resolve: release } = Promise.withResolvers<void>();
    const request = page.waitForRequest(/order=arrival/);
    await page.route(/order=arrival/, async (route) => {
      await isReleased;
      await route.continue();
    });
    await page.reload();
    await request;
    expect(await page.locator('.live').innerText()).toBe('Connecting …');
    release();
    await page.getByText('Live', { exact: true }).waitFor();
  });

  test('shows new events in a range whose end is in the future', async () => {
    const { page } = await openPage(browser, `${server.url}/#/events?start=2025-01-01&end=2099-01-01`);
    await page.getByText('Live', { exact: true }).waitFor();
    await postEvent(server.url, newEvent('future', { n: 1 }, new Date().toISOString()));
    await page.locator('.rows .row', { hasText: 'future' }).waitFor();
  });
});

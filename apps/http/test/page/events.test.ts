import { readFileSync } from 'node:fs';
import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { CHROMIUM, launchChromium, runsChromium } from '../support/chromium.ts';
import { newEvent, postEvent } from '../support/events.ts';
import { type OpenedPage, openPage } from '../support/open-page.ts';
import { useServer } from '../support/use-server.ts';

const HOUR_MS = 3_600_000;
const START = Date.UTC(2025, 0, 1);

/** 300 orders, one every ten minutes, and 30 logins. */
const EVENTS = [
  ...Array.from({ length: 300 }, (_, n) =>
    newEvent('order.paid', { amount: n, customer: { id: n % 7, name: `Customer ${n % 7}` } }, at(n / 6)),
  ),
  ...Array.from({ length: 30 }, (_, n) => newEvent('login', { user_id: n, 'a.b': 'x' }, at(n))),
];

function at(hours: number): string {
  return new Date(START + hours * HOUR_MS).toISOString();
}

describe.skipIf(!runsChromium)(`the web page in ${CHROMIUM}`, { timeout: 60_000 }, () => {
  const server = useServer({ env: { BASE_PATH: '/tracker', RATE_LIMIT: 'off' } });
  let browser: Browser;
  const opened: OpenedPage[] = [];

  beforeAll(async () => {
    browser = await launchChromium();
    expect((await postEvent(server.url, EVENTS)).status).toBe(200);
  }, 60_000);
  afterAll(() => browser.close());
  afterEach(async () => {
    for (const { page, requested, complaints } of opened.splice(0)) {
      await page.context().close();
      expect(complaints).toEqual([]);
      expect(requested.filter((url) => !url.startsWith(`${server.url}/`) && !/^(data|blob):/.test(url))).toEqual([]);
    }
  });

  async function open(hash = '', options = {}): Promise<Page> {
    const one = await openPage(browser, `${server.url}/${hash}`, options);
    opened.push(one);
    await one.page.locator('.rows .row, .empty, .numbers td').first().waitFor();
    return one.page;
  }

  /** Returns the part of the URL that shows what the page shows. */
  const addressOf = (page: Page): string => decodeURIComponent(new URL(page.url()).hash);

  /** Returns the different types of the visible rows. */
  const typesOf = async (page: Page) => [...new Set(await page.locator('.rows .row .type').allInnerTexts())];

  /** Returns the number of matching events. */
  const totalOf = (page: Page): Promise<string> => page.locator('.summary strong').innerText();

  test('shows the newest events first, their number, and a bar chart by type', async () => {
    const page = await open();
    expect(await page.locator('.rows .row').first().innerText()).toContain('2025-01-03 01:50:00');
    expect(await page.locator('.summary').innerText()).toContain('330 events');
    expect(await page.locator('.legend').innerText()).toMatch(/order\.paid\s+300\s+login\s+30/);
    const numbers = await page.locator('.histogram table tbody tr').count();
    expect(numbers).toBeGreaterThan(40);
  });

  test('has room for the last bar, which is at the right of its instant', async () => {
    const page = await open('#/events?start=2025-01-03T01:45:00Z');
    await page.locator('.summary').filter({ hasText: 'one bar per 10s' }).waitFor();
    const bars = await page.evaluate<number>(`{
      const canvas = document.querySelector('.histogram canvas');
      const { data, width, height } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      const isBlue = (at) => data[at + 2] > 200 && data[at] < 80 && data[at + 3] > 200;
      const isBar = Array.from({ length: width }, (_, x) =>
        Array.from({ length: height }, (_, y) => 4 * (y * width + x)).some(isBlue));
      isBar.filter((blue, x) => blue && !isBar[x - 1]).length;
    }`);
    expect(bars).toBe(1);
  });

  test('leaves room for the last label of the time axis', async () => {
    const page = await open();
    const room = await page.evaluate<number>(`{
      const context = document.createElement('canvas').getContext('2d');
      context.font = '12px system-ui';
      const right = (selector) => document.querySelector(selector).getBoundingClientRect().right;
      right('.uplot canvas') - right('.uplot .u-over') - context.measureText('2025-01-01').width / 2;
    }`);
    expect(room).toBeGreaterThanOrEqual(0);
  });

  test('filters by what is typed, with proposals, and deletes the filter again', async () => {
    const page = await open();
    await page.keyboard.press('/');
    await page.keyboard.type('event_type=lo');
    await page.getByRole('option', { name: 'event_type=login' }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await expect.poll(() => typesOf(page)).toEqual(['login']);
    await expect.poll(() => totalOf(page)).toBe('30');
    expect(addressOf(page)).toBe('#/events?event_type=login');

    await page.keyboard.type('payload.user_id[gte]=28');
    await page.keyboard.press('Enter');
    await expect.poll(() => totalOf(page)).toBe('2');
    await page.getByRole('button', { name: 'Delete the filter event_type=login' }).click();
    expect(addressOf(page)).toBe('#/events?payload.user_id[gte]=28');
  });

  test('proposes payload paths and values of the loaded events', async () => {
    const page = await open('#/events?event_type=order.paid');
    const field = page.getByRole('combobox', { name: 'Filter' });
    await field.fill('customer.na');
    await page.getByRole('option', { name: 'payload.customer.name=' }).click();
    await page.getByRole('option', { name: 'payload.customer.name=Customer 3' }).click();
    await expect.poll(() => addressOf(page)).toBe('#/events?event_type=order.paid&payload.customer.name=Customer 3');
  });

  test('finds text anywhere', async () => {
    const page = await open();
    await page.getByRole('combobox', { name: 'Filter' }).fill('customer 5');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('.summary').innerText()).toMatch(/^4[23] events/);
    expect(addressOf(page)).toBe('#/events?q=customer 5');
  });

  test('reports an invalid filter in a sentence', async () => {
    const page = await openPage(browser, `${server.url}/#/events?payload.a[between]=1`);
    await page.page.getByRole('alert').filter({ hasText: 'between' }).waitFor();
    expect(await page.page.getByRole('button', { name: 'Try again' }).count()).toBe(0);
    await page.page.context().close();
  });

  test('has everything in the URL: back, forward and a pasted link show the same', async () => {
    const page = await open();
    await page.getByRole('button', { name: 'login', exact: true }).first().click();
    await expect.poll(() => totalOf(page)).toBe('30');
    await page.locator('.rows .row').nth(3).click();
    await page.getByRole('complementary', { name: 'Event' }).waitFor();
    const link = page.url();
    await page.goBack();
    await page.goBack();
    await expect.poll(() => addressOf(page)).toBe('');
    await page.goForward();
    await page.goForward();
    const shown = await page.locator('.event dl').innerText();

    const other = await openPage(browser, link);
    opened.push(other);
    await other.page.locator('.event dl').waitFor();
    expect(await other.page.locator('.event dl').innerText()).toBe(shown);
    await expect.poll(() => totalOf(other.page)).toBe('30');
  });

  test('zooms into the bars that are dragged over', async () => {
    const page = await open();
    const chart = page.locator('.histogram .u-over');
    const box = await chart.boundingBox();
    if (!box) throw new Error('no chart');
    await page.mouse.move(box.x + box.width * 0.25, box.y + 20);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.5, box.y + 20, { steps: 5 });
    await page.mouse.up();
    await expect.poll(() => addressOf(page)).toMatch(/^#\/events\?start=2025-01-01T1[0-9].*&end=2025-01-02T0/);
    // A quarter of 49 hours with six orders and sometimes a login in each.
    await expect.poll(async () => Number(await totalOf(page))).toBeLessThan(100);
    expect(Number(await totalOf(page))).toBeGreaterThan(60);
    expect(await page.locator('.live').innerText()).toContain('Not live');
  });

  test('limits the range to a duration, a day, or a start', async () => {
    const page = await open();
    await page.getByRole('combobox', { name: 'Time range' }).selectOption('15m');
    await page.getByText('No event matches.').waitFor();
    expect(addressOf(page)).toBe('#/events?view.last=15m');
    await page.getByRole('combobox', { name: 'Time range' }).selectOption('custom');
    await page.getByRole('textbox', { name: 'From' }).fill('2025-01-03');
    await page.keyboard.press('Enter');
    await page.locator('.rows .row').first().waitFor();
    await expect.poll(() => totalOf(page)).toBe('12');
  });

  test('shows an event as a tree whose values become filters and columns', async () => {
    const page = await open('#/events?event_type=order.paid');
    await page.locator('.rows .row').first().click();
    const panel = page.getByRole('complementary', { name: 'Event' });
    await panel.getByRole('button', { name: 'Show customer.name as a column' }).click();
    await page.getByRole('columnheader', { name: 'customer.name' }).waitFor();
    await panel.getByRole('button', { name: 'Filter out this customer.name' }).click();
    await expect.poll(() => addressOf(page)).toContain('payload.customer.name[ne]=Customer 5');
    await panel.getByRole('button', { name: 'Around this moment' }).click();
    await expect.poll(() => addressOf(page)).toContain('start=2025-01-03T01:49:00Z&end=2025-01-03T01:51:00Z');
    await expect.poll(() => page.locator('.rows .row').count()).toBe(1);
  });

  test('copies a link and commands', async () => {
    const page = await open('#/events?event_type=login', { permissions: ['clipboard-read', 'clipboard-write'] });
    const clipboard = (): Promise<string> => page.evaluate('navigator.clipboard.readText()');
    await page.getByRole('button', { name: 'Copy as curl' }).first().click();
    await expect.poll(clipboard).toBe(`curl -sS '${server.url}/events?event_type=login&order=desc'`);
    await page.getByRole('button', { name: 'Copy link' }).click();
    await expect.poll(clipboard).toBe(page.url());
  });

  test('scrolls through all events with the keyboard alone', async () => {
    const page = await open();
    await page.getByRole('grid').focus();
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => page.locator('[aria-selected="true"].row').count()).toBe(1);
    for (let step = 0; step < 4; step++) {
      await page.keyboard.press('End');
      await page.waitForTimeout(200);
    }
    await expect.poll(() => page.locator('.toolbar').innerText()).toContain('330 loaded');
    await page.keyboard.press('End');
    await expect.poll(() => page.locator('.rows .row').last().innerText()).toContain('2025-01-01 00:00:00');
    await page.keyboard.press('Escape');
  });

  test('computes statistics, whose buckets lead to their events', async () => {
    const page = await open('#/stats?metric=max:payload.amount&interval=1d&event_type=order.paid');
    expect(await page.locator('.numbers tbody').innerText()).toMatch(
      /2025-01-01\s+143\s+2025-01-02\s+287\s+2025-01-03\s+299/,
    );
    await page.getByRole('combobox', { name: 'Metric' }).selectOption('p50');
    await expect.poll(() => page.locator('.numbers tbody').innerText()).toMatch(/2025-01-01\s+71/);
    await page.getByRole('button', { name: '2025-01-03' }).click();
    await expect.poll(() => totalOf(page)).toBe('12');
    expect(addressOf(page)).toContain('start=2025-01-03T00:00:00Z&end=2025-01-03T23:59:59.999Z');
  });

  test('shows that statistics are old while others load', async () => {
    const page = await open('#/stats?metric=max:payload.amount&interval=1d&event_type=order.paid');
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    await page.route(/\/stats\?.*metric=min/, async (route) => {
      await released;
      await route.continue();
    });
    await page.getByRole('combobox', { name: 'Metric' }).selectOption('min');
    await page.getByText('Loading …').waitFor();
    expect(await page.locator('.stats').getAttribute('aria-busy')).toBe('true');
    release();
    await page.locator('.stats[aria-busy="false"]').waitFor();
    expect(await page.getByText('Loading …').count()).toBe(0);
    expect(await page.locator('.numbers tbody').innerText()).toMatch(/2025-01-01\s+0\s/);
  });

  test('leads to the events of a month, however long it is', async () => {
    const page = await open('#/stats?interval=1M&start=2024-02-01&end=2025-01-31');
    await page.getByRole('button', { name: '2024-02-01' }).click();
    await expect.poll(() => addressOf(page)).toContain('start=2024-02-01T00:00:00Z&end=2024-02-29T23:59:59.999Z');
  });

  test('computes statistics of the interval of the bars until another one is chosen', async () => {
    const page = await open();
    await page.locator('.summary').filter({ hasText: 'one bar per 30m' }).waitFor();
    await page.getByRole('button', { name: 'Statistics' }).click();
    await expect.poll(() => addressOf(page)).toBe('#/stats?interval=30m');
    await page.getByRole('combobox', { name: 'Interval' }).selectOption('1d');
    await page.getByRole('button', { name: 'Events' }).click();
    await page.getByRole('button', { name: 'Statistics' }).click();
    await expect.poll(() => addressOf(page)).toBe('#/stats?interval=1d');
  });

  test('is live again after a scrolled list is replaced by an empty one', async () => {
    const page = await open();
    await page.locator('.table').evaluate((table) => table.scrollTo({ top: 400 }));
    await page.getByRole('button', { name: 'Paused' }).waitFor();
    await page.getByRole('combobox', { name: 'Filter' }).fill('event_type=nothing');
    await page.keyboard.press('Enter');
    await page.getByText('No event matches.').waitFor();
    await page.getByText('Live', { exact: true }).waitFor();
  });

  test('keeps its first line when the range gets a start and an end', async () => {
    const page = await open();
    const field = page.getByRole('combobox', { name: 'Filter' });
    const before = await field.boundingBox();
    await page.getByRole('combobox', { name: 'Time range' }).selectOption('custom');
    await page.getByRole('textbox', { name: 'To' }).waitFor();
    expect(await field.boundingBox()).toEqual(before);
  });

  test('downloads what is shown', async () => {
    const page = await open('#/events?event_type=login');
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'NDJSON' }).click(),
    ]);
    const lines = readFileSync(await download.path(), 'utf8')
      .trimEnd()
      .split('\n');
    expect(lines).toHaveLength(30);
  });

  test.each(['light', 'dark'] as const)('has no finding of axe, with %s colors', async (colorScheme) => {
    for (const hash of ['#/events?event_type=login', '#/stats?interval=1d&group_by=event_type']) {
      const page = await open(hash, { colorScheme, bypassCSP: true });
      if (hash.startsWith('#/events')) await page.locator('.rows .row').first().click();
      await page.waitForTimeout(300);
      await page.evaluate(axe.source);
      const { violations } = await page.evaluate<{ violations: { id: string; nodes: { html: string }[] }[] }>(
        'axe.run()',
      );
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
    }
  });

  test('fits a phone', async () => {
    const page = await open('', { viewport: { width: 390, height: 844 } });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
    await page.locator('.rows .row').first().click();
    await page.getByRole('complementary', { name: 'Event' }).waitFor();
    expect(await page.getByRole('grid').isVisible()).toBe(false);
    await page.getByRole('button', { name: 'Close the event' }).click();
    await page.getByRole('grid').waitFor();
  });
});

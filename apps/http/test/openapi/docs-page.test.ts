import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CHROMIUM, launchChromium, runsChromium } from '../support/chromium.ts';
import { get, jsonOf } from '../support/client.ts';
import { storedOf } from '../support/events.ts';
import { KEY } from '../support/keys.ts';
import { useServer } from '../support/use-server.ts';
import type { OpenApiDocument } from './open-api-document.ts';

/** For a browser on a busy machine, which requires seconds of CPU time to show an operation. */
const PATIENCE_MS = 180_000;

describe.skipIf(!runsChromium)(`/docs in ${CHROMIUM}`, { timeout: PATIENCE_MS }, () => {
  const server = useServer({ env: { BASE_PATH: '/tracker' } });
  const requested: string[] = [];
  const complaints: string[] = [];
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    browser = await launchChromium();
    page = await browser.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    page.on('request', (request) => requested.push(request.url()));
    page.on('websocket', (socket) => requested.push(socket.url()));
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(`${server.url}/docs`);
    await page.locator('.opblock').first().waitFor();
    await page.waitForLoadState('networkidle');
  }, PATIENCE_MS);
  afterAll(() => browser.close());

  test('shows every operation', async () => {
    const { paths } = jsonOf<OpenApiDocument>(await get(`${server.url}/openapi.json`));
    const operations = Object.values(paths).flatMap(({ head, ...methods }) => Object.values(methods));
    const summaries = await page.locator('.opblock-summary-description:visible').allInnerTexts();
    expect([...summaries].sort()).toEqual(operations.map(({ summary }) => summary).sort());
  });

  test('requests its files only from this server', () => {
    const files = ['', '/page.css', '/page.js', '/swagger-ui-bundle.js', '/swagger-ui.css'].map(
      (file) => `/docs${file}`,
    );
    expect([...requested].sort()).toEqual([...files, '/openapi.json'].map((path) => server.url + path));
  });

  test('has examples: a page of 20 events, and several filters', async () => {
    const operation = page.locator('#operations-Events-queryEvents');
    await operation.locator('.opblock-summary-control').click();
    await operation.getByRole('button', { name: 'Try it out' }).click();
    expect(await operation.locator('tr[data-param-name="limit"] input').inputValue()).toBe('20');
    const filter = operation.locator('tr[data-param-name="payload.*"]');
    await filter.locator('select').selectOption({ label: 'A user' });
    expect(JSON.parse(await filter.locator('textarea').inputValue())).toEqual({ 'payload.user_id': '1' });
    await operation.getByRole('button', { name: 'Execute' }).click();
    const url = new URL(await operation.locator('.request-url pre').textContent().then(String));
    expect([url.searchParams.get('limit'), url.searchParams.get('payload.user_id')]).toEqual(['20', '1']);
  });

  test('does not offer endless streams in "Try it out"', async () => {
    const operation = page.locator('#operations-Events-queryEvents');
    const formats = await operation.locator('tr[data-param-name="format"] option').allInnerTexts();
    expect(formats).toEqual(['--', 'json', 'ndjson', 'csv']);
    const mediaTypes = await operation.locator('.response[data-code="200"] .content-type option').allInnerTexts();
    expect(mediaTypes).toEqual([
      'application/json',
      'application/x-ndjson',
      'application/jsonl',
      'text/csv',
      'application/cloudevents-batch+json',
    ]);
  });

  test('shows header fields only of success responses', async () => {
    const operation = page.locator('#operations-Events-queryEvents');
    const statuses = await operation
      .locator('.response:has(.headers-wrapper:visible)')
      .evaluateAll((rows) => rows.map((row) => row.getAttribute('data-code')));
    expect(statuses).toEqual(['200']);
  });

  test('runs a call in "Try it out"', async () => {
    const operation = page.locator('#operations-Events-submitEvents');
    await operation.locator('.opblock-summary-control').click();
    await operation.getByRole('button', { name: 'Try it out' }).click();
    await operation.getByRole('button', { name: 'Execute' }).click();
    await operation.locator('.live-responses-table').getByText('201', { exact: true }).waitFor();
    expect(await storedOf(server.url, 'login')).toHaveLength(1);
    expect(requested.at(-1)).toBe(`${server.url}/events`);
  });

  test('reports no error in the console', () => {
    expect(complaints).toEqual([]);
  });

  test('cannot send requests to other hosts', async () => {
    const heard: (string | undefined)[] = [];
    const elsewhere = createServer((request, response) => {
      heard.push(request.url);
      response.setHeader('Access-Control-Allow-Origin', '*').end('x');
    });
    elsewhere.listen(0, '127.0.0.1');
    await once(elsewhere, 'listening');
    const url = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}`;

    const attempts = `Promise.all([
      fetch('${url}/fetched').then(() => 'sent', () => 'refused'),
      new Promise((resolve) => {
        const image = new Image();
        image.onload = () => resolve('sent');
        image.onerror = () => resolve('refused');
        image.src = '${url}/image';
      }),
    ])`;
    expect(await page.evaluate(attempts)).toEqual(['refused', 'refused']);
    expect((await get(`${url}/reached`)).text).toBe('x');
    expect(heard).toEqual(['/reached']);
    elsewhere.close();
  });
});

describe.skipIf(!runsChromium)(`/docs of a server with keys, in ${CHROMIUM}`, { timeout: PATIENCE_MS }, () => {
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
  }, PATIENCE_MS);
  afterAll(() => browser.close());

  test('opens in a browser with a key as user name', async () => {
    const context = await browser.newContext({ httpCredentials: { username: KEY.read.secret, password: '' } });
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    await page.goto(`${server.url}/docs`);
    await page.locator('.opblock').first().waitFor();

    const operation = page.locator('#operations-Events-submitEvents');
    const statuses = operation.locator('.live-responses-table .response .response-col_status');
    await operation.locator('.opblock-summary-control').click();
    await operation.getByRole('button', { name: 'Try it out' }).click();
    await operation.getByRole('button', { name: 'Execute' }).click();
    await statuses.getByText('403').waitFor(); // the key can only read

    // The page can use another key.
    await page.getByRole('button', { name: 'Authorize' }).first().click();
    await page.getByLabel('auth-bearer-value').fill(KEY.write.secret);
    await page.getByRole('button', { name: 'Apply credentials' }).first().click();
    await page.getByRole('button', { name: 'Close' }).first().click();
    await operation.getByRole('button', { name: 'Execute' }).click();
    await statuses.getByText('201').waitFor();
    await context.close();
  });
});

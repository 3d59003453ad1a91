import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IS_QUICK } from '@event-tracker/event-store-conformance';
import { EventSource } from 'eventsource';
import { describe, expect, test } from 'vitest';
import { CHROMIUM, launchChromium, runsChromium } from '../support/chromium.ts';
import { get } from '../support/client.ts';
import { openConnection } from '../support/connection.ts';
import { eventsOf, openStream } from '../support/event-stream.ts';
import { newEvent, postEvent } from '../support/events.ts';
import { freePort } from '../support/free-port.ts';
import { HAS_NGINX, NGINX, startNginx } from '../support/nginx.ts';
import { expectProblem } from '../support/problem.ts';
import { type StartedServer, startServer } from '../support/start-server.ts';
import { useServer } from '../support/use-server.ts';

const server = useServer();

async function submit(url: string, eventType: string, ...numbers: readonly number[]): Promise<void> {
  for (const n of numbers) expect((await postEvent(url, newEvent(eventType, { n }))).status).toBe(201);
}

/** Returns the number in the payload of an event, given as JSON. */
function numberIn(json: string): unknown {
  return (JSON.parse(json) as { payload: { n?: unknown } }).payload.n;
}

const PAGE = '/events?order=arrival&after=now&limit=1';

/** Starts servers with one SQLite file and one port, one after the other. */
async function withRestarts(run: (start: () => Promise<StartedServer>) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'event-tracker-following-'));
  const env = { BIND_ADDRESS: `127.0.0.1:${await freePort()}`, EVENT_STORE: `sqlite:${folder}/events.sqlite` };
  await run(() => startServer({ env }));
  rmSync(folder, { recursive: true });
}

test('curl -N prints each event when it arrives', async () => {
  const curl = spawn('curl', ['-sS', '-N', `${server.url}/events?format=sse&event_type=curl&after=start`]);
  let printed = '';
  curl.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  await expect.poll(() => printed).toMatch(/^retry: /);
  for (const n of [1, 2]) {
    await submit(server.url, 'curl', n);
    await expect.poll(() => printed).toContain(`"payload":{"n":${n}}}\n\n`);
  }
  curl.kill();
  await once(curl, 'exit');
});

test.skipIf(IS_QUICK)(
  'the npm package eventsource continues after the server was killed',
  { timeout: 60_000 },
  async () => {
    await withRestarts(async (start) => {
      let current = await start();
      const received: unknown[] = [];
      const source = new EventSource(`${current.url}/events?event_type=npm&after=start`);
      source.onmessage = ({ data }) => received.push(numberIn(data as string));
      await submit(current.url, 'npm', 1, 2);
      await expect.poll(() => received).toEqual([1, 2]);
      current.process.kill('SIGKILL');
      await current.exit;
      current = await start();
      await submit(current.url, 'npm', 3, 4);
      await expect.poll(() => received, { timeout: 20_000 }).toEqual([1, 2, 3, 4]);
      source.close();
      expect((await current.stop()).code).toBe(0);
    });
  },
);

describe.skipIf(!runsChromium)(`an EventSource in ${CHROMIUM}`, { timeout: 90_000 }, () => {
  test('continues after the server was killed, and after it was stopped', async () => {
    const browser = await launchChromium();
    await withRestarts(async (start) => {
      let current = await start();
      const page = await browser.newPage();
      await page.goto(`${current.url}/problems/internal`);
      await page.evaluate(`received = [];
        source = new EventSource('/events?event_type=browser&after=start');
        source.onmessage = ({ data }) => received.push(JSON.parse(data).payload.n);`);
      const received = () => page.evaluate('received');
      await submit(current.url, 'browser', 1, 2);
      await expect.poll(received).toEqual([1, 2]);
      current.process.kill('SIGKILL');
      await current.exit;
      current = await start();
      await submit(current.url, 'browser', 3);
      await expect.poll(received, { timeout: 20_000 }).toEqual([1, 2, 3]);
      expect((await current.stop()).code).toBe(0);
      current = await start();
      await submit(current.url, 'browser', 4);
      await expect.poll(received, { timeout: 20_000 }).toEqual([1, 2, 3, 4]);
      expect((await current.stop()).code).toBe(0);
    });
    await browser.close();
  });
});

describe.skipIf(!HAS_NGINX)(`behind ${NGINX} with its defaults`, { timeout: 60_000 }, () => {
  const site = (settings: string): string =>
    `server { listen 80; location / { ${settings} proxy_pass ${server.url}; } }`;

  test('delivers each event when it arrives, with proxy_http_version 1.1', async () => {
    const nginx = await startNginx(site('proxy_http_version 1.1;'), server.url);
    const stream = await openStream(`${nginx.url}/events?event_type=proxied`, { 'Accept-Encoding': 'gzip' });
    for (const n of [1, 2]) {
      await submit(server.url, 'proxied', n);
      expect(await stream.readEvents(n)).toHaveLength(n);
    }
    stream.leave();
    await nginx.stop();
  });

  test('a stream over HTTP/1.0, the default of older versions, is refused with a hint; polling works', async () => {
    const nginx = await startNginx(site('proxy_http_version 1.0;'), server.url);
    const refused = await get(`${nginx.url}/events?format=sse`);
    expect(expectProblem(refused, 505, 'http_version').detail).toContain('proxy_http_version 1.1');
    expect((await get(nginx.url + PAGE)).headers.get('link')).toMatch(/after=[\w-]+/);
    await nginx.stop();
  });
});

test('100 streams end after a complete frame when the server stops, and a stream that is not read is closed', async () => {
  const one = await startServer();
  const streams = await Promise.all(
    Array.from({ length: 100 }, () => openStream(`${one.url}/events?event_type=small`)),
  );
  const stuck = await openConnection(one.url);
  stuck.socket.pause();
  stuck.write('GET /events?format=sse HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n');
  const ends = Promise.all(streams.map((stream) => stream.readToEnd()));
  for (let n = 0; n < 40; n++) await postEvent(one.url, newEvent('large', { text: 'x'.repeat(200_000) }));
  await submit(one.url, 'small', 1);
  await expect.poll(() => streams.map(({ frames }) => eventsOf(frames).length)).toEqual(streams.map(() => 1));
  const begunAt = performance.now();
  const { code, complaints } = await one.stop();
  expect([code, complaints]).toEqual([0, []]);
  expect(performance.now() - begunAt).toBeLessThan(6_000);
  expect(new Set(await ends)).toEqual(new Set(['end']));
  expect(streams.map(({ frames }) => eventsOf(frames).length)).toEqual(streams.map(() => 1));
  stuck.socket.destroy();
});

import { hash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text as readText } from 'node:stream/consumers';
import type { Event } from '@event-tracker/core';
import { byEffort } from '@event-tracker/event-store-conformance';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { linesOf, type Result, runProgram, startProgram } from './support/program.ts';
import { startServer, type TestServer } from './support/server.ts';

const EVENTS = byEffort({ quick: 200, full: 2_000, long: 100_000 });
/** Also suffices on a busy machine. */
const EVENTS_TIMEOUT_MS = byEffort({ quick: 600_000, full: 600_000, long: 3_600_000 });
/** Events that the server accepts in a request. */
const MAX_BATCH = 10_000;
const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

const folder = mkdtempSync(join(tmpdir(), 'event-tracker-forward-'));
let source: TestServer;
let env: Readonly<Record<string, string>>;

beforeAll(async () => {
  source = await startServer();
  env = { EVENT_TRACKER_URL: source.url, EVENT_TRACKER_TO_KEY: SECRET };
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  expect(await source.stop()).toBe(0);
});

/** Stores the events of a type that are not stored yet. Their order of arrival is not that of their times. */
async function store(event_type: string, count: number): Promise<void> {
  const lines = Array.from({ length: count }, (_, n) => {
    const id = hash('md5', `${event_type} ${n}`).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
    const timestamp = new Date(Date.UTC(2025, 0, 1) - n * 1_000).toISOString();
    return `${JSON.stringify({ id, event_type, timestamp, payload: { n } })}\n`;
  });
  const headers = { 'Content-Type': 'application/x-ndjson' };
  for (let start = 0; start < count; start += MAX_BATCH) {
    const body = lines.slice(start, start + MAX_BATCH).join('');
    expect((await fetch(`${source.url}/events`, { method: 'POST', headers, body })).status).toBe(200);
  }
}

/** Starts a receiver of webhooks that verifies each message. `respond` returns the status, and may do more. */
async function startReceiver(respond: (event: Event, received: readonly Event[]) => number) {
  const webhook = new Webhook(SECRET);
  const received: Event[] = [];
  const handle: RequestListener = async (request, response) => {
    const event = webhook.verify(await readText(request), request.headers as Record<string, string>) as Event;
    expect(request.headers['webhook-id']).toBe(event.id);
    received.push(event);
    response.writeHead(respond(event, received)).end();
  };
  const server = createServer((request, response) => {
    Promise.resolve(handle(request, response)).catch((error: unknown) => response.writeHead(401).end(String(error)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    received,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

function forward(to: string, name: string, ...args: string[]): readonly string[] {
  return ['forward', '--to', to, '--state', join(folder, `${name}.json`), `event_type=${name}`, ...args];
}

function numbersOf(events: readonly Event[]): unknown[] {
  return events.map(({ payload }) => payload.n);
}

describe('forward to a webhook', () => {
  test('delivers every event in the order of arrival through three kills', { timeout: EVENTS_TIMEOUT_MS }, async () => {
    await store('killed', EVENTS);
    const killAt = [0.1, 0.4, 0.7].map((share) => Math.floor(EVENTS * share));
    let running: ReturnType<typeof startProgram> | undefined;
    const receiver = await startReceiver(({ payload }) => {
      if (payload.n === killAt[0]) {
        killAt.shift();
        running?.process.kill('SIGKILL');
      }
      return 204;
    });
    const results: Result[] = [];
    do {
      running = startProgram(forward(receiver.url, 'killed', '--as', 'webhook', '--once'), { env });
      results.push(await running.result);
    } while (results.at(-1)?.code === null);
    expect(results.map(({ code }) => code)).toEqual([null, null, null, 0]);
    const numbers = numbersOf(receiver.received);
    expect([...new Set(numbers)]).toEqual(Array.from({ length: EVENTS }, (_, n) => n));
    expect(numbers.length).toBeLessThanOrEqual(EVENTS + 3 * 50); // the page of each kill
    receiver.close();
  });

  test('continues after the last acknowledged event, with what arrived since', async () => {
    await store('continued', 3);
    const receiver = await startReceiver(() => 200);
    const args = forward(receiver.url, 'continued', '--as', 'webhook', '--once');
    for (const count of [3, 3, 5]) {
      if (count === 5) await store('continued', 5);
      expect(await runProgram(args, { env })).toEqual({ code: 0, stdout: '', stderr: '' });
      expect(receiver.received).toHaveLength(count);
    }
    receiver.close();
  });

  test('retries while the receiver is not available, and reports that', async () => {
    await store('retried', 1);
    const statuses = [503, 429, 200];
    const receiver = await startReceiver(() => statuses.shift() ?? 500);
    const { code, stderr } = await runProgram(forward(receiver.url, 'retried', '--as', 'webhook', '--once'), { env });
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr:
        'event-tracker: the target is not available, retrying: the webhook responded with status 503\nevent-tracker: the target is available again\n',
    });
    expect(receiver.received).toHaveLength(3);
    receiver.close();
  });

  test('ends at an event that is refused, or sets it aside on request', async () => {
    await store('refused', 3);
    const receiver = await startReceiver(({ payload }) => (payload.n === 1 ? 422 : 200));
    const args = forward(receiver.url, 'refused', '--as', 'webhook', '--once');
    const ended = await runProgram(args, { env });
    expect(ended).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/refuses the event .*status 422; --refused FILE/),
    });
    expect(numbersOf(receiver.received)).toEqual([0, 1]);
    const file = join(folder, 'refused.ndjson');
    expect(await runProgram([...args, '--refused', file], { env })).toMatchObject({ code: 0 });
    expect(linesOf(readFileSync(file, 'utf8'))).toMatchObject([
      { problem: expect.stringMatching(/422/), event: { payload: { n: 1 } } },
    ]);
    expect(numbersOf(receiver.received).at(-1)).toBe(2);
    receiver.close();
  });

  test.each([301, 401, 404, 410])('ends if the receiver responds with %d, also with --refused', async (status) => {
    await store(`status-${status}`, 1);
    const receiver = await startReceiver(() => status);
    const args = ['--as', 'webhook', '--once', '--refused', join(folder, 'none.ndjson')];
    const result = await runProgram(forward(receiver.url, `status-${status}`, ...args), { env });
    expect(result).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(new RegExp(`responded with status ${status}, which is not about`)),
    });
    receiver.close();
  });
});

describe('forward to another tracker', () => {
  test('waits for a target that is not there yet, and stores every event with its id', {
    timeout: 60_000,
  }, async () => {
    await store('moved', 1_200);
    const probe = await startServer();
    expect(await probe.stop()).toBe(0); // its port is free now
    const running = startProgram(forward(probe.url, 'moved'), { env });
    await expect.poll(running.stderr).toContain('the target is not available, retrying');
    const target = await startServer({ BIND_ADDRESS: new URL(probe.url).host });
    const read = async (url: string) => (await fetch(`${url}/events?event_type=moved&format=ndjson`)).text();
    const expected = await read(source.url);
    await expect.poll(() => read(target.url), { timeout: 40_000 }).toBe(expected);
    await store('moved', 1_201);
    await expect.poll(async () => linesOf(await read(target.url)).length, { timeout: 20_000 }).toBe(1_201);
    running.process.kill('SIGTERM');
    expect((await running.result).code).toBe(143);
    expect(await target.stop()).toBe(0);
  });

  test('sets events aside that the target refuses, and stores all others', async () => {
    await store('conflicting', 5);
    const target = await startServer();
    const [first] = linesOf((await runProgram(['query', 'event_type=conflicting'], { env })).stdout) as [Event];
    await runProgram(['submit', 'other', '--id', first.id, '--url', target.url]);
    const file = join(folder, 'conflicts.ndjson');
    const { code } = await runProgram(forward(target.url, 'conflicting', '--once', '--refused', file), { env });
    expect(code).toBe(0);
    expect(linesOf(readFileSync(file, 'utf8'))).toMatchObject([{ event: first }]);
    const { stdout } = await runProgram(['query', 'event_type=conflicting', '--url', target.url]);
    expect(linesOf(stdout)).toHaveLength(4);
    expect(await target.stop()).toBe(0);
  });
});

describe('forward', () => {
  test.each<[string, string[], RegExp]>([
    ['a webhook without its secret', ['--as', 'webhook'], /requires its secret/],
    ['a place that is none', ['--after', 'yesterday'], /Allowed choices are start, now/],
  ])('refuses %s', async (_, args, message) => {
    const result = await runProgram(forward('http://127.0.0.1:9/', 'none', ...args), {
      env: { EVENT_TRACKER_URL: source.url },
    });
    expect(result).toEqual({ code: 2, stdout: '', stderr: expect.stringMatching(message) });
  });

  test('refuses a secret without repeating it, and a state file of another target or of another store', async () => {
    const secret = await runProgram(forward('http://127.0.0.1:9/', 'none', '--as', 'webhook'), {
      env: { ...env, EVENT_TRACKER_TO_KEY: 'whsec_c2hvcnQ=' },
    });
    expect(secret).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/expected a secret whsec_… with 24 to 64 bytes/),
    });
    expect(secret.stderr).not.toContain('c2hvcnQ');
    const state = join(folder, 'other.json');
    writeFileSync(state, '{"target":"http://127.0.0.1:8","position":"x"}');
    const args = ['forward', '--state', state, '--once', '--to'];
    expect(await runProgram([...args, 'http://127.0.0.1:9'], { env })).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/another file/),
    });
    expect(await runProgram([...args, 'http://127.0.0.1:8'], { env })).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/position/),
    });
  });
});

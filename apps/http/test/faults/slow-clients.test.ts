import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { byEffort } from '@event-tracker/event-store-conformance';
import { expect, test } from 'vitest';
import { type Connection, openConnection } from '../support/connection.ts';
import { storedOf } from '../support/events.ts';
import { longestWorkDuring, MEASURE_LOOP } from '../support/longest-work.ts';
import { useServerProcess } from '../support/use-server.ts';
import { parseResponses } from '../support/wire.ts';

const HEADERS_TIMEOUT_MS = 1_000;
const REQUEST_TIMEOUT_MS = 2_000;
/**
 * Allowance for the interval of the timeout checks, the time in which a client can read its refusal, and a busy machine.
 */
const TOLERANCE_MS = 5_000;
const IS_LONG = byEffort({ quick: false, full: false, long: true });
const CONNECTIONS = byEffort({ quick: 50, full: 100, long: 500 });

/** Maximum wait of other requests while all these clients are refused. */
const MAX_BLOCKED_MS = 50;
const DRIP_EVERY_MS = 100;
const MAX_BODY_BYTES = 1_000_000;

const server = useServerProcess({
  nodeOptions: MEASURE_LOOP,
  env: {
    MAX_BODY_BYTES: String(MAX_BODY_BYTES),
    HEADERS_TIMEOUT_MS: String(HEADERS_TIMEOUT_MS),
    REQUEST_TIMEOUT_MS: String(REQUEST_TIMEOUT_MS),
  },
});

/** Opens connections that write a first piece and then single bytes at different times. */
async function drip(first: string): Promise<readonly Connection[]> {
  const connections = await Promise.all(Array.from({ length: CONNECTIONS }, () => openConnection(server.url)));
  for (const [i, connection] of connections.entries()) {
    connection.write(first);
    const drop = (): void => {
      if (!connection.socket.writable) return;
      connection.write('x');
      setTimeout(drop, DRIP_EVERY_MS);
    };
    setTimeout(drop, (i / connections.length) * DRIP_EVERY_MS);
  }
  return connections;
}

/** Repeats a request until something has happened. Returns the sorted times. */
async function requestUntil(done: Promise<unknown>): Promise<readonly number[]> {
  const workerData = { url: server.url };
  const client = new Worker(new URL('../support/measure-latency.ts', import.meta.url), { workerData });
  void done.then(() => client.postMessage('stop'));
  const [times] = (await once(client, 'message')) as [number[]];
  return times.toSorted((a, b) => a - b);
}

function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.floor(sorted.length * share)] ?? Number.NaN;
}

test('clients that send header fields or bodies slowly are disconnected in time, and do not delay others', {
  timeout: 60_000,
}, async () => {
  const storedBefore = (await storedOf(server.url, 'quick')).length;
  const quiet = await requestUntil(new Promise((resolve) => setTimeout(resolve, IS_LONG ? 3_000 : 500)));

  const started = performance.now();
  const slowHeaders = await drip('GET /livez HTTP/1.1\r\nHost: a\r\nX-Slow: ');
  const slowBodies = await drip(
    'POST /events HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n',
  );
  const silent = await Promise.all(Array.from({ length: CONNECTIONS }, () => openConnection(server.url)));
  const closed = (connections: readonly Connection[]) =>
    Promise.all(connections.map((connection) => connection.closed));
  const headersClosed = closed([...slowHeaders, ...silent]).then(() => performance.now() - started);
  const bodiesClosed = closed(slowBodies).then(() => performance.now() - started);
  let busy: readonly number[] = [];
  const longest = await longestWorkDuring(server.process, async () => {
    busy = await requestUntil(Promise.all([headersClosed, bodiesClosed]));
  });
  expect(longest).toBeLessThan(MAX_BLOCKED_MS);

  expect(await headersClosed).toBeLessThan(HEADERS_TIMEOUT_MS + TOLERANCE_MS);
  expect(await bodiesClosed).toBeLessThan(REQUEST_TIMEOUT_MS + TOLERANCE_MS);
  for (const connection of [...slowHeaders, ...silent, ...slowBodies]) {
    const [response, ...others] = parseResponses(connection.received());
    expect([response?.status, others]).toEqual([408, []]);
    expect(response?.body).toContain('"code":"request_timeout"');
  }

  expect(await storedOf(server.url, 'quick')).toHaveLength(storedBefore + quiet.length + busy.length);
  expect(busy.length).toBeGreaterThan(10);
  expect(percentile(busy, 0.5)).toBeLessThan(Math.max(100, 5 * percentile(quiet, 0.5)));
  if (!IS_LONG) return;
  const [before, meanwhile] = [percentile(quiet, 0.99), percentile(busy, 0.99)];
  process.stdout.write(
    `${3 * CONNECTIONS} slow clients: closed after ${Math.round(await headersClosed)} ms (header fields) and ` +
      `${Math.round(await bodiesClosed)} ms (bodies); p99 of another client ${before.toFixed(1)} ms before, ` +
      `${meanwhile.toFixed(1)} ms meanwhile\n`,
  );
  expect(meanwhile).toBeLessThan(2 * before);
});

test('a client that times out after its refusal gets no second response', async () => {
  const begin =
    'POST /events HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n';
  const tooMuch = `${(MAX_BODY_BYTES + 1).toString(16)}\r\n${' '.repeat(MAX_BODY_BYTES + 1)}\r\n`;
  // At different times within the interval of the timeout checks.
  const connections = await Promise.all(
    Array.from({ length: 50 }, async (_, i) => {
      const connection = await openConnection(server.url);
      connection.write(begin);
      setTimeout(() => connection.write(tooMuch), REQUEST_TIMEOUT_MS - 600 + i * 25);
      return connection;
    }),
  );
  await Promise.all(connections.map(({ closed }) => closed));
  for (const connection of connections) {
    const statuses = parseResponses(connection.received()).map(({ status }) => status);
    expect([[413], [408]]).toContainEqual(statuses);
  }
});

test('a client that never stops sending a refused body is disconnected', async () => {
  const connection = await openConnection(server.url);
  connection.write(
    'POST /events HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n',
  );
  const piece = Buffer.from(`8000\r\n${'x'.repeat(0x8000)}\r\n`);
  const send = (): void => {
    while (connection.socket.writable && connection.socket.write(piece));
  };
  connection.socket.on('drain', send);
  send();
  const started = performance.now();
  await connection.closed;
  expect(performance.now() - started).toBeLessThan(REQUEST_TIMEOUT_MS + TOLERANCE_MS);
  expect(parseResponses(connection.received()).map(({ status }) => status)).toEqual([415]);
});

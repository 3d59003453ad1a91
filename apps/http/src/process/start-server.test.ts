import { once } from 'node:events';
import { connect } from 'node:net';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { isStartError } from './start-error.ts';
import { startServer } from './start-server.ts';

const SETTINGS = { EVENT_STORE: 'memory:', PORT: '0' };
const listenersOf = (): number => process.listenerCount('exit');

test('serves until it is stopped, and leaves no listener in the process', async () => {
  const before = listenersOf();
  const log = new PassThrough();
  const server = await startServer({ ...SETTINGS, BASE_PATH: '/tracker' }, { log });
  const headers = { 'Content-Type': 'application/json' };
  const body = JSON.stringify({ event_type: 'login', timestamp: '2025-01-01T12:00:00Z', payload: {} });
  expect((await fetch(`${server.url}/events`, { method: 'POST', headers, body })).status).toBe(201);
  server.reload();
  await Promise.all([server.stop(), server.stop()]);
  await expect(fetch(`${server.url}/livez`)).rejects.toThrow();
  expect(listenersOf()).toBe(before);
  expect(await text(log.end())).toMatch(/listens on .*SIGHUP: there are no keys.*"stopped"/s);
});

test('ignores the environment of the process', async () => {
  process.env.LOG_LEVEL = 'loud';
  try {
    const server = await startServer(SETTINGS, { log: new PassThrough().resume() });
    await server.stop();
  } finally {
    delete process.env.LOG_LEVEL;
  }
});

test('reports a request that it could not finish', async () => {
  const log = new PassThrough().resume();
  const server = await startServer({ ...SETTINGS, SHUTDOWN_TIMEOUT_MS: '50' }, { log });
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  const closed = new Promise((resolve) => socket.on('error', () => {}).once('close', resolve));
  const fields = ['Host: localhost', 'Content-Type: application/json', 'Content-Length: 9', 'Expect: 100-continue'];
  socket.write(['POST /events HTTP/1.1', ...fields, '', ''].join('\r\n'));
  await once(socket, 'data'); // the server waits for the body
  await expect(server.stop()).rejects.toThrow('did not stop in order');
  await closed;
});

test.each([
  [{ PORT: 'http' }, 'PORT=http: expected'],
  [{ EVENT_STOER: 'memory:' }, 'EVENT_STORE'],
  [{ ...SETTINGS, API_KEYS_FILE: '/no/such/file' }, '/no/such/file'],
])('refuses %j', async (settings, message) => {
  const before = listenersOf();
  const error = await startServer(settings, { log: new PassThrough().resume() }).catch((reason: unknown) => reason);
  expect(isStartError(error) && error.message).toContain(message);
  expect(listenersOf()).toBe(before);
});

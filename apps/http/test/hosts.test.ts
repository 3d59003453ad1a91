import { describe, expect, test } from 'vitest';
import { exchange } from './support/connection.ts';
import { TEST_KEYS } from './support/keys.ts';
import { startInProcess } from './support/start-in-process.ts';
import type { ServerOptions } from './support/start-server.ts';
import { useServer } from './support/use-server.ts';
import { parseResponses } from './support/wire.ts';

async function statusFor(url: string, host: string): Promise<number | undefined> {
  const wire = await exchange(url, `GET /livez HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
  return parseResponses(wire)[0]?.status;
}

describe('on loopback and without keys', () => {
  const server = useServer({ env: { ALLOWED_HOSTS: '' } });

  test.each([
    'localhost',
    'localhost:8080',
    'LOCALHOST',
    'localhost.',
    '127.0.0.1',
    '127.0.0.1:80',
    '[::1]',
    '[::1]:80',
  ])('the Host %s is accepted', async (host) => {
    expect(await statusFor(server.url, host)).toBe(200);
  });

  test.each(['evil.example', 'evil.example:8080', 'localhost.evil.example', '10.0.0.1', '[::2]', '0.0.0.0'])(
    'the Host %s, which DNS rebinding can use, is refused',
    async (host) => {
      const event = '{"event_type":"rebound","timestamp":"2025-01-01T00:00:00Z","payload":{}}';
      const wire = await exchange(
        server.url,
        `POST /events HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\nContent-Length: ${event.length}\r\n\r\n${event}`,
      );
      const [response] = parseResponses(wire);
      expect(response).toMatchObject({ status: 421, body: expect.stringContaining('"code":"misdirected_request"') });
      expect(response?.body).toContain('ALLOWED_HOSTS');
    },
  );

  test.each(['', 'a b', 'a/b', 'a:b', 'localhost:80:80', 'localhost@evil.example'])(
    'the Host %j is malformed',
    async (host) => {
      expect(await statusFor(server.url, host)).toBe(400);
    },
  );

  test('an HTTP/1.0 request requires no Host', async () => {
    expect(parseResponses(await exchange(server.url, 'GET /livez HTTP/1.0\r\n\r\n'))[0]?.status).toBe(200);
  });
});

test.each<[string, ServerOptions, string, number]>([
  ['ALLOWED_HOSTS names others', { env: { ALLOWED_HOSTS: 'tracker.internal, b' } }, 'Tracker.internal:80', 200],
  ['ALLOWED_HOSTS names others, and these alone', { env: { ALLOWED_HOSTS: 'tracker.internal' } }, 'evil.example', 421],
  [
    'with keys every Host is accepted',
    { env: { ALLOWED_HOSTS: '', API_KEYS: `k admin ${Buffer.from(TEST_KEYS[0]?.hash ?? []).toString('hex')}` } },
    'evil.example',
    200,
  ],
  [
    'on other addresses every Host is accepted',
    { env: { ALLOWED_HOSTS: '', BIND_ADDRESS: '0.0.0.0:0' } },
    'evil.example',
    200,
  ],
  [
    'on other addresses ALLOWED_HOSTS applies, too',
    { env: { ALLOWED_HOSTS: 'a', BIND_ADDRESS: '0.0.0.0:0' } },
    'evil.example',
    421,
  ],
  ['localhost is loopback', { env: { ALLOWED_HOSTS: '', BIND_ADDRESS: 'localhost:0' } }, 'evil.example', 421],
])('%s', async (_, options, host, status) => {
  const server = await startInProcess(options);
  expect(await statusFor(server.url.replace('0.0.0.0', '127.0.0.1'), host)).toBe(status);
  await server.stop();
});

import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { exchange } from '../support/connection.ts';
import { newEvent, postEvent, storedOf } from '../support/events.ts';
import { useServer } from '../support/use-server.ts';
import { parseResponses, type WireResponse } from '../support/wire.ts';

const server = useServer();

const BODIES = {
  'Content-Length': 'Content-Length: 7\r\n\r\n{"a":1}',
  'Transfer-Encoding': 'Transfer-Encoding: chunked\r\n\r\n7\r\n{"a":1}\r\n0\r\n\r\n',
};

async function send(method: string, target: string, rest: string): Promise<WireResponse | undefined> {
  const head = `${method} ${target} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nConnection: close\r\n`;
  return parseResponses(await exchange(server.url, head + rest))[0];
}

describe.each(Object.entries(BODIES))('a body with %s', (_, body) => {
  test('does not delete the events of the filters', async () => {
    await postEvent(server.url, newEvent('with body'));
    const response = await send('DELETE', '/events?event_type=with%20body', body);
    expect(response).toMatchObject({ status: 400, body: expect.stringContaining('"code":"unexpected_body"') });
    expect(await storedOf(server.url, 'with body')).not.toEqual([]);
  });

  test.each([
    ['DELETE', '/events'],
    ['DELETE', `/events/${randomUUID()}`],
    ['GET', '/events'],
    ['GET', `/events/${randomUUID()}`],
    ['GET', '/stats'],
    ['GET', '/event-types'],
    ['GET', '/livez'],
  ])('is refused with %s %s', async (method, target) => {
    const response = await send(method, target, body);
    expect(response).toMatchObject({ status: 400, body: expect.stringContaining('"code":"unexpected_body"') });
    expect(JSON.parse(response?.body ?? '')).toMatchObject({
      detail: `a ${method} request must not have a body; put parameters into the query string`,
    });
  });
});

test('a request whose Content-Length is 0 has no body', async () => {
  expect((await send('GET', '/stats', 'Content-Length: 0\r\n\r\n'))?.status).toBe(200);
});

test('HEAD refuses a body as GET does', async () => {
  const wire = await exchange(
    server.url,
    `HEAD /events HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx`,
  );
  expect(wire).toMatch(/^HTTP\/1\.1 400 /);
});

import { expect, test } from 'vitest';
import { post } from './support/client.ts';
import { exchange } from './support/connection.ts';
import { newEvent } from './support/events.ts';
import { useServer } from './support/use-server.ts';
import { parseResponses } from './support/wire.ts';

// In HTTP/1.0, the end of the connection is the end of a body without a length, so an export of a server that is killed
// would look complete.

const server = useServer();

async function submit(eventType: string, count: number, length: number): Promise<void> {
  const events = Array.from({ length: count }, (_, i) => newEvent(eventType, { i, text: 'x'.repeat(length) }));
  expect((await post(`${server.url}/events`, JSON.stringify(events))).status).toBe(200);
}

async function getByHttp10(query: string, accept: string) {
  const wire = await exchange(server.url, `GET /events?${query} HTTP/1.0\r\nHost: a\r\nAccept: ${accept}\r\n\r\n`);
  const [response] = parseResponses(wire); // throws without Content-Length
  return response;
}

test.each(['application/json', 'application/x-ndjson', 'text/csv'])(
  'a short export as %s has a length, a long one is refused',
  async (accept) => {
    const id = accept.replace(/\W/g, '-');
    await submit(`short.${id}`, 3, 10);
    await submit(`medium.${id}`, 5, 100_000);
    await submit(`long.${id}`, 12, 100_000);

    for (const size of ['short', 'medium']) {
      const whole = await getByHttp10(`event_type=${size}.${id}`, accept);
      expect(whole?.status).toBe(200);
      expect(whole?.body.match(new RegExp(`${size}\\.${id}`, 'g'))).toHaveLength(size === 'short' ? 3 : 5);
    }
    const refused = await getByHttp10(`event_type=long.${id}`, accept);
    expect([refused?.status, JSON.parse(refused?.body ?? '').code]).toEqual([505, 'http_version']);
    expect(refused?.body).toContain('proxy_http_version 1.1');
    expect((await getByHttp10(`event_type=long.${id}&limit=5`, accept))?.status).toBe(200);
  },
);

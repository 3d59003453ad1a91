import { beforeAll, describe, expect, test } from 'vitest';
import { exchange } from './support/connection.ts';
import { useServer } from './support/use-server.ts';

// Requests and responses byte for byte, except for ids and times.

const ID = '018cc251-f400-7000-8000-000000000001';
const ID_2 = '018cc251-f400-7000-8000-000000000002';
const EVENT = `{"id":"${ID}","event_type":"login","timestamp":"2025-01-01T12:00:00Z","payload":{"user_id":1}}`;
const EVENT_2 = EVENT.replace(ID, ID_2);

/** The header fields of every response. */
const COMMON = ['X-Request-Id: golden', 'X-Content-Type-Options: nosniff', 'Cross-Origin-Resource-Policy: same-origin'];

const server = useServer();
beforeAll(async () => {
  await submit(EVENT);
});

function send(requestLine: string, fields: readonly string[] = [], body = ''): Promise<string> {
  const head = [requestLine, 'Host: tracker', 'X-Request-Id: golden', 'Connection: close', ...fields, '', ''];
  return exchange(server.url, head.join('\r\n') + body);
}

function submit(body: string): Promise<string> {
  const fields = ['Content-Type: application/json', `Content-Length: ${Buffer.byteLength(body)}`];
  return send('POST /events HTTP/1.1', fields, body);
}

/** Expects a response with these lines before the body, with the length of the body, which ends with a newline. */
function expectResponse(wire: string, head: readonly string[], body: string): void {
  const lines = wire
    .replace(/\r\nDate: \w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT\r\n/, '\r\nDate: *\r\n')
    .replace(/ETag: "[\w-]{22}"/, 'ETag: "*"')
    .replace(/cursor=[\w-]+>/, 'cursor=*>')
    .split('\r\n');
  const length = Buffer.byteLength(body) + 1;
  expect(lines).toEqual([...head, 'Date: *', 'Connection: close', `Content-Length: ${length}`, '', `${body}\n`]);
}

describe('submit', () => {
  test('returns 201 with the event and its Location', async () => {
    const head = ['HTTP/1.1 201 Created', ...COMMON, 'Content-Type: application/json', `Location: /events/${ID_2}`];
    expectResponse(await submit(EVENT_2), head, EVENT_2);
  });

  test('returns 200 and Idempotent-Replayed for an event that was stored before', async () => {
    const head = ['HTTP/1.1 200 OK', ...COMMON, 'Content-Type: application/json', 'Idempotent-Replayed: true'];
    expectResponse(await submit(EVENT), head, EVENT);
  });

  test('returns 200 with the outcome of each event of a batch', async () => {
    const head = ['HTTP/1.1 200 OK', ...COMMON, 'Content-Type: application/json'];
    const body = `{"accepted":0,"duplicates":2,"ids":["${ID}","${ID}"],"duplicate_indexes":[0,1]}`;
    expectResponse(await submit(`[${EVENT},${EVENT}]`), head, body);
  });

  test('returns 400 with a problem document', async () => {
    const head = ['HTTP/1.1 400 Bad Request', ...COMMON, 'Content-Type: application/problem+json'];
    const body =
      '{"type":"/problems/invalid_event","title":"Invalid event","status":400,"code":"invalid_event",' +
      '"detail":"/timestamp: expected RFC 3339 with a zone, e.g. 2025-01-01T12:00:00Z","request_id":"golden","error_count":1,' +
      '"errors":[{"pointer":"/timestamp","code":"invalid_timestamp",' +
      '"detail":"expected RFC 3339 with a zone, e.g. 2025-01-01T12:00:00Z"}]}';
    expectResponse(await submit('{"event_type":"login","timestamp":"2025-01-01","payload":{}}'), head, body);
  });
});

describe('query', () => {
  const HEAD = ['HTTP/1.1 200 OK', ...COMMON, 'Cache-Control: private, no-cache', 'Vary: Accept, Accept-Encoding'];
  const JSON_TYPE = 'Content-Type: application/json';

  test('returns 200 with an array', async () => {
    await submit(EVENT_2);
    const query = 'start=2025-01-01T12:00:00Z&end=2025-01-01T12:00:00Z&order=asc&event_type=login&event_type=other';
    expectResponse(await send(`GET /events?${query} HTTP/1.1`), [...HEAD, JSON_TYPE], `[${EVENT},${EVENT_2}]`);
  });

  test('returns an empty array if no event matches', async () => {
    expectResponse(await send('GET /events?event_type=none HTTP/1.1'), [...HEAD, JSON_TYPE], '[]');
  });

  test('returns a page with a link to the next one', async () => {
    const link = 'Link: </events?limit=1&cursor=*>; rel="next"';
    expectResponse(await send('GET /events?limit=1 HTTP/1.1'), [...HEAD, link, JSON_TYPE], `[${EVENT}]`);
  });

  test('returns 400 with a problem document', async () => {
    const head = ['HTTP/1.1 400 Bad Request', ...COMMON, 'Content-Type: application/problem+json'];
    const body =
      '{"type":"/problems/invalid_query","title":"Invalid query","status":400,"code":"invalid_query",' +
      '"detail":"limit: expected a whole number from 1 to 10000","request_id":"golden","error_count":1,' +
      '"errors":[{"parameter":"limit","code":"invalid_limit","detail":"expected a whole number from 1 to 10000"}]}';
    expectResponse(await send('GET /events?limit=0 HTTP/1.1'), head, body);
  });
});

describe('get by id', () => {
  test('returns 200 with the event', async () => {
    const head = [
      'HTTP/1.1 200 OK',
      ...COMMON,
      'Cache-Control: private, no-cache',
      'Vary: Accept, Accept-Encoding',
      'ETag: "*"',
      'Content-Type: application/json',
    ];
    expectResponse(await send(`GET /events/${ID} HTTP/1.1`), head, EVENT);
  });

  test('returns 404 with a problem document', async () => {
    const head = ['HTTP/1.1 404 Not Found', ...COMMON, 'Content-Type: application/problem+json'];
    const body =
      '{"type":"/problems/event_not_found","title":"Event not found","status":404,"code":"event_not_found",' +
      '"detail":"no event with this id is stored","request_id":"golden"}';
    expectResponse(await send('GET /events/018cc251-f400-7000-8000-00000000ffff HTTP/1.1'), head, body);
  });
});

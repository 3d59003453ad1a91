import { describe, expect, test } from 'vitest';
import { get } from '../support/client.ts';
import { exchange, openConnection } from '../support/connection.ts';
import { eventText, storedOf } from '../support/events.ts';
import { logLinesOf } from '../support/log-lines.ts';
import { startInProcess } from '../support/start-in-process.ts';
import { useServer } from '../support/use-server.ts';
import { parseResponses, type WireResponse } from '../support/wire.ts';

const server = useServer();

const EVENT = eventText('protocol', '{}');
const POST = 'POST /events HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n';

/** Expects a problem document with all that the server could read of the request. */
function expectProblemOnWire({ fields, body }: WireResponse, status: number, code: string): void {
  const document = JSON.parse(body) as { request_id: string };
  expect(document).toMatchObject({ type: `/problems/${code}`, status, code, detail: expect.any(String) });
  expect(fields.get('content-type')).toBe('application/problem+json');
  expect(fields.get('x-request-id')).toBe(document.request_id);
  expect(fields.get('x-content-type-options')).toBe('nosniff');
  expect(fields.get('cross-origin-resource-policy')).toBe('same-origin');
}

/** Expects a single response, a problem, after which the server closes the connection. */
async function expectRefused(request: string | Uint8Array, status: number, code: string): Promise<WireResponse> {
  const responses = parseResponses(await exchange(server.url, request));
  expect(responses.map((response) => response.status)).toEqual([status]);
  const [response] = responses;
  if (!response) throw new Error('unreachable');
  expectProblemOnWire(response, status, code);
  expect(response.fields.get('connection')).toBe('close');
  return response;
}

describe('an ambiguous request', () => {
  const inner = 'GET /livez HTTP/1.1\r\nHost: a\r\n\r\n';

  test.each<[string, string]>([
    [
      'Content-Length with Transfer-Encoding',
      `${POST}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${inner}`,
    ],
    [
      'Transfer-Encoding with Content-Length',
      `${POST}Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n${inner}`,
    ],
    ['two Content-Length', `${POST}Content-Length: 0\r\nContent-Length: 34\r\n\r\n${inner}`],
    ['the same Content-Length twice', `${POST}Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}`],
    ['a list as Content-Length', `${POST}Content-Length: 2, 2\r\n\r\n{}`],
    ['a signed Content-Length', `${POST}Content-Length: +2\r\n\r\n{}`],
    [
      'a second Transfer-Encoding',
      `${POST}Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n${inner}`,
    ],
    ['a line that ends in LF', 'GET /livez HTTP/1.1\r\nHost: a\nX: y\r\n\r\n'],
    ['LF throughout', 'GET /livez HTTP/1.1\nHost: a\n\n'],
    ['a CR alone', 'GET /livez HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n'],
    ['a space before the colon', 'GET /livez HTTP/1.1\r\nHost : a\r\n\r\n'],
    ['a continued line', 'GET /livez HTTP/1.1\r\nHost: a\r\n X: y\r\n\r\n'],
    ['a NUL', 'GET /livez HTTP/1.1\r\nHost: a\r\nX: \0\r\n\r\n'],
    ['no version', 'GET /livez\r\nHost: a\r\n\r\n'],
    ['version 2.0', 'GET /livez HTTP/2.0\r\nHost: a\r\n\r\n'],
    ['version 3.0', 'GET /livez HTTP/3.0\r\nHost: a\r\n\r\n'],
    ['an unknown method', 'FROB /livez HTTP/1.1\r\nHost: a\r\n\r\n'],
    ['a method in lower case', 'get /livez HTTP/1.1\r\nHost: a\r\n\r\n'],
    ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['a chunk without a size', `${POST}Transfer-Encoding: chunked\r\n\r\n\r\n`],
    ['a chunk with a bad size', `${POST}Transfer-Encoding: chunked\r\n\r\n0x2\r\n{}\r\n0\r\n\r\n`],
    ['a chunk longer than its size', `${POST}Transfer-Encoding: chunked\r\n\r\n1\r\n{}\r\n0\r\n\r\n`],
    ['a target without a path', 'GET livez HTTP/1.1\r\nHost: a\r\n\r\n'],
    ['two Hosts', 'GET /livez HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n'],
    ['the same Host twice', 'GET /livez HTTP/1.1\r\nHost: a\r\nhost: a\r\n\r\n'],
    ['no Host', 'GET /livez HTTP/1.1\r\n\r\n'],
    ['a Host with a space', 'GET /livez HTTP/1.1\r\nHost: a b\r\n\r\n'],
    ['a Host with a path', 'GET /livez HTTP/1.1\r\nHost: a/b\r\n\r\n'],
    ['a backslash in the path', 'GET /events\\..\\x HTTP/1.1\r\nHost: a\r\n\r\n'],
    ['two Content-Type', `${POST}Content-Type: application/x-ndjson\r\nContent-Length: 2\r\n\r\n{}`],
    ['Transfer-Encoding in HTTP/1.0', `${POST.replace('1.1', '1.0')}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
    ...['/events/..', '/events/../livez', '/./livez', '/%2e%2E/livez', '/events/.%2e/livez', '/a%2f..%2flivez'].map(
      (path): [string, string] => [`the path ${path}`, `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`],
    ),
    ['dots in an absolute target', 'GET http://a/events/../livez?x HTTP/1.1\r\nHost: a\r\n\r\n'],
    ['an asterisk', 'OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n'],
  ])('is refused once, and later requests have no response: %s', async (_, request) => {
    await expectRefused(request, 400, 'bad_request');
  });

  test('is refused if its transfer coding is not supported', async () => {
    for (const coding of ['gzip, chunked', 'xchunked']) {
      const request = `${POST}Transfer-Encoding: ${coding}\r\n\r\n0\r\n\r\n${inner}`;
      await expectRefused(request, 501, 'unsupported_transfer_encoding');
    }
  });

  test('is refused if a name in its path starts with a dot', async () => {
    for (const target of ['/...', '/.well-known', '/a..', '/livez?a=/../'])
      expect([400, 404]).toContain((await get(server.url + target)).status);
    expect((await get(`${server.url}/...`)).status).toBe(404);
  });

  test('is refused if it is not HTTP', async () => {
    for (const bytes of ['\r\n\r\n\r\nhello\r\n', '\x16\x03\x01\x02\x00\x01\x00', 'SSH-2.0-x\r\n', '\0'.repeat(100)])
      await expectRefused(bytes, 400, 'bad_request');
  });

  test('keeps the request id of the client if its header fields could be read', async () => {
    for (const fields of ['Host: a\r\nHost: b', 'Host: a b', 'Host: a\r\nExpect: x']) {
      const wire = await exchange(server.url, `GET /livez HTTP/1.1\r\n${fields}\r\nX-Request-Id: mine\r\n\r\n`);
      expect(parseResponses(wire)[0]?.fields.get('x-request-id')).toBe('mine');
    }
  });
});

describe('a pipelined request', () => {
  const whole = `${POST}Content-Length: ${EVENT.length}\r\nX-Request-Id: first\r\n\r\n${EVENT}`;

  test('gets its response after the first one', async () => {
    const wire = await exchange(server.url, whole + whole + whole.replace('Host: a', 'Host: a\r\nConnection: close'));
    expect(parseResponses(wire).map(({ status }) => status)).toEqual([201, 201, 201]);
  });

  test('that is malformed does not affect the first response', async () => {
    const [first, second, ...others] = parseResponses(await exchange(server.url, `${whole}garbage\r\n\r\n`));
    expect([first?.status, first?.fields.get('x-request-id')]).toEqual([201, 'first']);
    if (!second) throw new Error('expected a response to the second request too');
    expectProblemOnWire(second, 400, 'bad_request');
    expect(others).toEqual([]);
  });
});

describe('methods of proxies', () => {
  test('TRACE does not return the request', async () => {
    const request = 'TRACE /livez HTTP/1.1\r\nHost: a\r\nCookie: secret\r\nConnection: close\r\n\r\n';
    const { body, fields } = await expectRefused(request, 405, 'method_not_allowed');
    expect(body).not.toContain('secret');
    expect(fields.get('allow')).toBe('GET, HEAD');
  });

  test('CONNECT opens no tunnel', async () => {
    const request = `CONNECT 127.0.0.1:${new URL(server.url).port} HTTP/1.1\r\nHost: a\r\n\r\nGET /livez HTTP/1.1\r\nHost: a\r\n\r\n`;
    await expectRefused(request, 405, 'method_not_allowed');
  });

  test('an upgrade is declined with a normal response', async () => {
    for (const protocol of ['websocket', 'h2c']) {
      const fields = `Connection: Upgrade, close\r\nUpgrade: ${protocol}\r\nSec-WebSocket-Key: x\r\nSec-WebSocket-Version: 13`;
      const wire = await exchange(server.url, `GET /livez HTTP/1.1\r\nHost: a\r\n${fields}\r\n\r\n`);
      expect(parseResponses(wire).map(({ status, body }) => [status, body])).toEqual([[200, '{"status":"alive"}\n']]);
    }
  });
});

describe('header fields', () => {
  test('of more than 64 KiB are refused', async () => {
    const request = `GET /livez HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(66_000)}\r\n\r\n`;
    await expectRefused(request, 431, 'headers_too_large');
    await expectRefused(`GET /livez?${'x'.repeat(66_000)} HTTP/1.1\r\nHost: a\r\n\r\n`, 431, 'headers_too_large');
    await expectRefused(`GET /livez HTTP/1.1\r\nHost: a\r\n${'X: y\r\n'.repeat(12_000)}\r\n`, 431, 'headers_too_large');
  });

  test('of the client are never in the response', async () => {
    const nasty = ['a\r\nX-Injected: 1', 'a\nX-Injected: 1', 'é', '\x00', 'a%0d%0aX-Injected:1', 'x'.repeat(5_000)];
    for (const text of nasty) {
      const escaped = encodeURIComponent(text);
      for (const target of [
        `/events/${escaped}`,
        `/events?cursor=${escaped}`,
        `/events?${escaped}=1`,
        `/${escaped}`,
        `/problems/${escaped}`,
      ]) {
        const wire = await exchange(server.url, `GET ${target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
        const [response, ...others] = parseResponses(wire);
        expect([response?.status, others]).toEqual([expect.any(Number), []]);
        expect([400, 404]).toContain(response?.status);
        expect(response?.fields.has('x-injected')).toBe(false);
        expect([...(response?.fields.values() ?? [])].join()).not.toContain(text.slice(0, 5_000));
      }
    }
  });
});

test('with any content are one line in the log', async () => {
  const { url, stop } = await startInProcess();
  const ids = ['a"},{"b', 'a\\n{"level":"error"}', '\xe9', 'a\tb', '\x1b[2J', '%0d%0a', 'x'.repeat(5_000), 'harmless'];
  const targets = ['/events/%0d%0ax', '/events?%0a=%0d', '/problems/%22%0a', '/%1b%5b2J'];
  for (const id of ids)
    for (const target of targets)
      await exchange(url, `GET ${target} HTTP/1.1\r\nHost: a\r\nX-Request-Id: ${id}\r\nConnection: close\r\n\r\n`);
  const { stdout } = await stop();
  const lines = logLinesOf(stdout).filter(({ msg }) => msg === 'request');
  expect(lines).toHaveLength(ids.length * targets.length);
  for (const { request_id } of lines) expect(request_id).toMatch(/^(harmless|[0-9a-f-]{36})$/);
  expect(stdout).toMatch(/^[\x20-\x7e\n]+$/);
});

describe('a request in a rare form', () => {
  test('with the whole URL as its target is served', async () => {
    const wire = await exchange(server.url, `GET ${server.url}/livez HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
    expect(parseResponses(wire).map(({ status }) => status)).toEqual([200]);
  });

  test('with the URL of another host gets links without that host', async () => {
    const wire = await exchange(
      server.url,
      `POST http://evil.example/events HTTP/1.1\r\nHost: evil.example\r\nContent-Type: application/json\r\nContent-Length: ${EVENT.length}\r\nConnection: close\r\n\r\n${EVENT}`,
    );
    const [made] = parseResponses(wire);
    expect(made?.fields.get('location')).toMatch(/^\/events\/[0-9a-f-]{36}$/);
    const page = await exchange(
      server.url,
      'GET http://evil.example/events?limit=1&event_type=protocol HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n',
    );
    expect(parseResponses(page)[0]?.fields.get('link')).toMatch(/^<\/events\?/);
  });

  test('of HTTP/1.0, which requires no Host, is served and its connection closed', async () => {
    const wire = await exchange(
      server.url,
      `POST /events HTTP/1.0\r\nContent-Type: application/json\r\nContent-Length: ${EVENT.length}\r\n\r\n${EVENT}`,
    );
    expect(parseResponses(wire).map(({ status, fields }) => [status, fields.get('connection')])).toEqual([
      [201, 'close'],
    ]);
  });

  test('with Expect: 100-continue gets 100 Continue, and then its response', async () => {
    const body = EVENT.replace('{}', `{"text":"${'x'.repeat(200_000)}"}`);
    const connection = await openConnection(server.url);
    connection.write(`${POST}Content-Length: ${body.length}\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n`);
    await connection.until((text) => text === 'HTTP/1.1 100 Continue\r\n\r\n');
    connection.write(body);
    await connection.closed;
    expect(parseResponses(connection.received()).map(({ status }) => status)).toEqual([100, 201]);
  });

  test('with Expect: 100-continue and too large a body is refused before it is sent', async () => {
    const connection = await openConnection(server.url);
    connection.write(`${POST}Content-Length: 9000000\r\nExpect: 100-continue\r\n\r\n`);
    const [response, ...others] = parseResponses(await connection.until((text) => text.endsWith('}\n')));
    expect(others).toEqual([]);
    if (!response) throw new Error('unreachable');
    expectProblemOnWire(response, 413, 'body_too_large');
    connection.socket.destroy();
  });

  test('with another Expect is refused', async () => {
    await expectRefused(`${POST}Content-Length: 2\r\nExpect: x\r\n\r\n{}`, 417, 'expectation_failed');
  });
});

test('does not affect later requests', async () => {
  expect((await get(`${server.url}/livez`)).text).toBe('{"status":"alive"}\n');
  expect((await storedOf(server.url, 'protocol')).length).toBeGreaterThan(0);
});

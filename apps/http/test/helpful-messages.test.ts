import { describe, expect, test } from 'vitest';
import { call, get, post } from './support/client.ts';
import { exchange } from './support/connection.ts';
import { eventText, newEvent } from './support/events.ts';
import { expectProblem } from './support/problem.ts';
import { useServer } from './support/use-server.ts';
import { parseResponses } from './support/wire.ts';

// Frequent mistakes of new users, and the hints of the responses.

const server = useServer();
const EVENT = eventText('message', '{}');

describe('a submit', () => {
  test('names the form media type of curl -d', async () => {
    const response = await post(`${server.url}/events`, EVENT, { 'Content-Type': 'application/x-www-form-urlencoded' });
    const { detail } = expectProblem(response, 415, 'unsupported_media_type');
    expect(detail).toContain('application/x-www-form-urlencoded, which curl -d sends by default');
    expect(detail).toContain("-H 'Content-Type: application/json'");
  });

  test.each([
    ['text/plain', 'the Content-Type text/plain is not supported'],
    ['application/json; charset=utf-16', 'the charset utf-16 is not supported'],
    ['', 'Content-Type is missing'],
  ])('as %j: the problem names the media type that arrived', async (type, expected) => {
    const response = await post(`${server.url}/events`, EVENT, { 'Content-Type': type });
    expect(expectProblem(response, 415, 'unsupported_media_type').detail).toContain(expected);
  });

  test('suggests --data-binary for lines that curl -d has joined', async () => {
    const response = await post(`${server.url}/events`, EVENT + EVENT, { 'Content-Type': 'application/x-ndjson' });
    const { detail, errors } = expectProblem(response, 400, 'malformed_json');
    expect(detail).toMatch(/^line 1 has more than one JSON value; use --data-binary/);
    expect(errors).toMatchObject([{ index: 0, line: 1 }]);
  });

  test('explains how to send several events for two JSON values', async () => {
    const { detail } = expectProblem(await post(`${server.url}/events`, EVENT + EVENT), 400, 'malformed_json');
    expect(detail).toContain('send several events as an array, or as application/x-ndjson');
  });

  test.each([
    ['application/json', ''],
    ['application/json', ' \r\n'],
    ['application/x-ndjson', '\n\n'],
  ])('as %s that is empty, %j: the problem reports that it is empty', async (type, body) => {
    const response = await post(`${server.url}/events`, body, { 'Content-Type': type });
    expect(expectProblem(response, 400, 'malformed_json').detail).toContain('the body is empty');
  });

  test.each(['events', 'batch', 'data'])(
    'of an array in a member %s: the problem describes what to send',
    async (name) => {
      const response = await post(`${server.url}/events`, JSON.stringify({ [name]: [newEvent('message')] }));
      const { detail, errors } = expectProblem(response, 400, 'invalid_event');
      expect(detail).toContain('send the array itself');
      expect(errors).toMatchObject([{ pointer: `/${name}` }]);
    },
  );
});

describe('a path', () => {
  test.each([
    ['/events/', '/events'],
    ['/stats/', '/stats'],
    ['/health', '/livez'],
    ['/healthz', '/livez'],
    ['/ready', '/readyz'],
    ['/event', '/events'],
    ['/api/events', '/events'],
    ['/v1/events', '/events'],
    ['/event_types', '/event-types'],
    ['/swagger', '/docs'],
    ['/openapi.yaml', '/openapi.json'],
  ])('%s names the nearest path, %s', async (path, nearest) => {
    const { detail } = expectProblem(await get(server.url + path), 404, 'not_found');
    expect(detail).toContain(`did you mean ${nearest}?`);
  });

  test.each(['/favicon.ico', '/wp-login.php', '/x'])('%s names no path', async (path) => {
    expect(expectProblem(await get(server.url + path), 404, 'not_found').detail).not.toContain('did you mean');
  });

  test('lists the allowed methods', async () => {
    const response = await call('PUT', `${server.url}/events`, { body: '{}' });
    const { detail } = expectProblem(response, 405, 'method_not_allowed');
    expect(detail).toBe('PUT is not allowed; allowed methods: DELETE, GET, HEAD, POST');
  });
});

describe('a URL', () => {
  async function problemOf(target: string, fields = ''): Promise<{ status: number; detail: string }> {
    const wire = await exchange(server.url, `GET ${target} HTTP/1.1\r\nHost: a\r\n${fields}\r\n`);
    const [response] = parseResponses(wire);
    return { status: response?.status ?? 0, detail: JSON.parse(response?.body ?? '{}').detail };
  }

  test('with a hundred long event types is accepted', async () => {
    const query = Array.from({ length: 100 }, (_, i) => `event_type=${'x'.repeat(250)}${i}`).join('&');
    expect((await get(`${server.url}/events?${query}`)).status).toBe(200);
  });

  test('that is too long is reported as such', async () => {
    const { status, detail } = await problemOf(`/events?event_type=${'x'.repeat(70_000)}`);
    expect([status, detail]).toEqual([431, expect.stringMatching(/^the URL has more than 65536 bytes/)]);
  });

  test('is not reported if the header fields are too long', async () => {
    const { status, detail } = await problemOf('/events', `X: ${'x'.repeat(70_000)}\r\n`);
    expect([status, detail]).toEqual([431, expect.stringMatching(/^the URL and the header fields together/)]);
  });

  test('in raw UTF-8 is refused with a hint to percent-encode it', async () => {
    const { status, detail } = await problemOf('/events?event_type=é');
    expect([status, detail]).toEqual([400, expect.stringContaining('percent-encode it as UTF-8')]);
  });

  test('reports a + that was not encoded', async () => {
    const response = await get(`${server.url}/events?start=2025-01-01T00:00:00+02:00`);
    expect(expectProblem(response, 400, 'invalid_query').detail).toContain('write it as %2B');
  });
});

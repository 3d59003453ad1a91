import { randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { PROBLEMS } from '@event-tracker/http-contract';
import { describe, expect, test } from 'vitest';
import { call, get, jsonOf, post } from './support/client.ts';
import { NOON, newEvent, postEvent } from './support/events.ts';
import { expectProblem } from './support/problem.ts';
import { useServer } from './support/use-server.ts';

const server = useServer();

describe('a problem', () => {
  test('has a type whose page explains cause and solution, for every code', async () => {
    for (const [code, kind] of Object.entries(PROBLEMS)) {
      const response = await get(`${server.url}/problems/${code}`);
      expect(response.status).toBe(200);
      expect(jsonOf(response)).toEqual({ type: `/problems/${code}`, code, ...kind });
    }
  });

  test('has no other type', async () => {
    for (const code of ['nothing', '__proto__', 'constructor', 'toString', '%00', 'INTERNAL'])
      expectProblem(await get(`${server.url}/problems/${code}`), 404, 'not_found');
  });

  test('reports all problems of an envelope and the first one of its payload', async () => {
    const response = await postEvent(server.url, {
      id: 'x',
      event_type: '',
      timestamp: 5,
      payload: { a: [0, { 'b/~c': '\u0000' }], d: '\ud800' },
      user_id: 1,
    });
    const { detail, error_count, errors } = expectProblem(response, 400, 'invalid_event');
    expect(detail).toBe(
      '/user_id: unknown member; expected id, event_type, timestamp, payload; put others into payload; and 4 more',
    );
    expect(error_count).toBe(5);
    expect(errors).toEqual([
      {
        pointer: '/user_id',
        code: 'unknown_member',
        detail: 'unknown member; expected id, event_type, timestamp, payload; put others into payload',
      },
      {
        pointer: '/id',
        code: 'invalid_id',
        detail: 'expected a UUID, e.g. 018cc251-f400-7000-8000-000000000001 (not the nil or max UUID)',
      },
      {
        pointer: '/event_type',
        code: 'invalid_event_type',
        detail: 'expected 1 to 255 characters, none of them a control character',
      },
      { pointer: '/timestamp', code: 'invalid_timestamp', detail: expect.stringContaining('RFC 3339') },
      { pointer: '/payload/a/1/b~1~0c', code: 'nul_character', detail: 'U+0000 cannot be stored' },
    ]);
  });

  test('reports missing members', async () => {
    const { errors } = expectProblem(await postEvent(server.url, {}), 400, 'invalid_event');
    expect(errors).toEqual(
      ['event_type', 'timestamp', 'payload'].map((member) => ({
        pointer: `/${member}`,
        code: 'required',
        detail: `${member} is required`,
      })),
    );
  });

  test('reports the parameter of a query', async () => {
    const response = await get(`${server.url}/events?start=yesterday&order=up&limit=0`);
    const { errors, error_count } = expectProblem(response, 400, 'invalid_query');
    expect(error_count).toBe(3);
    expect(errors?.map(({ parameter, code }) => [parameter, code])).toEqual([
      ['start', 'invalid_start'],
      ['order', 'invalid_order'],
      ['limit', 'invalid_limit'],
    ]);
  });

  test('reports the limit and the actual size', async () => {
    const payload = { text: 'é'.repeat(150_000) };
    const { detail, errors } = expectProblem(
      await postEvent(server.url, newEvent('large', payload)),
      413,
      'payload_too_large',
    );
    expect(detail).toBe('a payload has at least 300011 bytes of JSON, at most 262144 are allowed');
    expect(errors).toEqual([{ pointer: '/payload', code: 'payload_too_large', detail }]);
  });

  test('reports size before syntax, and syntax before conflicts', async () => {
    const id = randomUUID();
    await postEvent(server.url, { id, ...newEvent('order') });
    const conflicting = { id, ...newEvent('order', { other: true }) };
    const invalid = newEvent('order', {}, 'never');
    const tooLarge = newEvent('order', { text: 'x'.repeat(300_000) });
    const code = async (events: readonly object[]): Promise<unknown> =>
      jsonOf<{ code: string }>(await postEvent(server.url, events)).code;
    expect(await code([conflicting, invalid, tooLarge])).toBe('payload_too_large');
    expect(await code([conflicting, invalid])).toBe('invalid_event');
    expect(await code([conflicting])).toBe('event_id_conflict');
  });
});

describe('the request id', () => {
  const problemId = async (sent: string): Promise<unknown> => {
    const response = await get(`${server.url}/nothing`, { 'X-Request-Id': sent });
    expectProblem(response, 404, 'not_found'); // also compares the header field with the document
    return response.headers.get('x-request-id');
  };

  test("is the client's if it is safe", async () => {
    for (const id of ['a', 'Trace-1.2_3', 'x'.repeat(128)]) expect(await problemId(id)).toBe(id);
  });

  test('is a new one if it is not safe, or if there is none', async () => {
    const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/;
    for (const id of ['', 'x'.repeat(129), 'a b', 'a\tb', 'é', '<script>', 'a,b', '../x'])
      expect(await problemId(id)).toMatch(UUID);
    const one = (await get(`${server.url}/livez`)).headers.get('x-request-id');
    const other = (await get(`${server.url}/livez`)).headers.get('x-request-id');
    expect(one).toMatch(UUID);
    expect(other).toMatch(UUID);
    expect(other).not.toBe(one);
  });
});

describe('a path', () => {
  test('that does not exist is 404', async () => {
    for (const path of ['/event', '/events/', '/events/a/b', '/EVENTS', '//events', '/livez/', '/problems'])
      expectProblem(await get(server.url + path), 404, 'not_found');
  });

  test('returns the path of the documentation for an unknown path', async () => {
    const { detail } = expectProblem(await get(`${server.url}/x`), 404, 'not_found');
    expect(detail).toBe('there is nothing at this path; see /docs');
    expect((await get(`${server.url}/docs`)).status).toBe(200);
  });

  test.each([
    ['/events', 'DELETE, GET, HEAD, POST', ['PUT', 'PATCH', 'OPTIONS', 'QUERY']],
    [`/events/${randomUUID()}`, 'DELETE, GET, HEAD', ['POST', 'PUT', 'PATCH', 'OPTIONS']],
    ['/events/no-uuid', 'DELETE, GET, HEAD', ['POST']],
    ['/livez', 'GET, HEAD', ['POST', 'DELETE']],
    ['/readyz', 'GET, HEAD', ['POST', 'DELETE']],
    ['/problems/internal', 'GET, HEAD', ['POST', 'DELETE']],
  ])('%s returns its methods in Allow for other methods', async (path, allowed, methods) => {
    for (const method of methods) {
      const response = await call(method, server.url + path);
      expectProblem(response, 405, 'method_not_allowed');
      expect(response.headers.get('allow')).toBe(allowed);
    }
  });

  test('below /events returns 400 for an invalid id, and 404 for an unknown one', async () => {
    for (const id of [
      'abc',
      '1',
      'x'.repeat(5_000),
      '%ff',
      '%00',
      '%E2%80%A8',
      'a%2Fb',
      '00000000-0000-0000-0000-000000000000',
    ])
      expectProblem(await get(`${server.url}/events/${id}`), 400, 'invalid_id');
    expectProblem(await get(`${server.url}/events/${randomUUID()}`), 404, 'event_not_found');
  });

  test.each(['/events', '/livez', '/readyz', '/problems/internal', `/events/${randomUUID()}`])(
    '%s refuses an unknown query parameter, with its name and the known ones',
    async (path) => {
      const response = await get(`${server.url}${path}?limitt=1`);
      const { errors } = expectProblem(response, 400, 'invalid_query');
      expect(errors).toEqual([{ parameter: 'limitt', code: 'unknown_parameter', detail: expect.any(String) }]);
      expect(errors?.[0]?.detail).toMatch(path === '/events' ? /did you mean limit\?/ : /; expected no parameters$/);
    },
  );

  test('for POST refuses query parameters, too, and stores nothing', async () => {
    const response = await post(`${server.url}/events?dry_run=true`, JSON.stringify(newEvent('dry')));
    expectProblem(response, 400, 'invalid_query');
    expect((await get(`${server.url}/events?event_type=dry`)).text).toBe('[]\n');
  });
});

describe('media types', () => {
  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/json; charset=utf-16',
    'application/json;charset="latin1"',
    'application/jsonx',
    'application',
    '',
  ])('Content-Type %j returns 415 with the supported ones', async (type) => {
    const response = await post(`${server.url}/events`, JSON.stringify(newEvent('type')), { 'Content-Type': type });
    const { detail } = expectProblem(response, 415, 'unsupported_media_type');
    const accepted =
      'application/json, application/x-ndjson, application/jsonl, application/cloudevents+json, application/cloudevents-batch+json';
    expect(detail.endsWith(`; expected ${accepted}, in UTF-8`), detail).toBe(true);
    expect(response.headers.get('accept')).toBe(accepted);
  });

  test('a Content-Type with two charsets returns 400', async () => {
    const fields = { 'Content-Type': 'application/json; charset=utf-8; charset=utf-16' };
    const response = await post(`${server.url}/events`, JSON.stringify(newEvent('type')), fields);
    expectProblem(response, 400, 'bad_request');
  });

  test('the Content-Encoding x-gzip is gzip', async () => {
    const body = gzipSync(JSON.stringify(newEvent('x-gzip')));
    expect((await post(`${server.url}/events`, body, { 'Content-Encoding': 'X-GZIP' })).status).toBe(201);
  });

  test('a missing Content-Type returns 415', async () => {
    const body = new TextEncoder().encode(JSON.stringify(newEvent('type')));
    expectProblem(await call('POST', `${server.url}/events`, { body }), 415, 'unsupported_media_type');
  });

  test.each([
    'application/json',
    'Application/JSON',
    'application/json; charset=utf-8',
    'application/json;charset="UTF-8"',
    'application/json ; charset=utf8 ; profile=x',
  ])('Content-Type %j is accepted', async (type) => {
    const response = await post(`${server.url}/events`, JSON.stringify(newEvent('type')), { 'Content-Type': type });
    expect(response.status).toBe(201);
  });

  test('an unknown Content-Encoding returns 415 with the supported ones', async () => {
    for (const encoding of ['snappy', 'gzip, br', 'x-gzip, br', 'aes128gcm']) {
      const response = await post(`${server.url}/events`, JSON.stringify(newEvent('encoding')), {
        'Content-Encoding': encoding,
      });
      expect(expectProblem(response, 415, 'unsupported_encoding').detail).toBe('expected gzip, deflate, br, zstd');
      expect(response.headers.get('accept-encoding')).toBe('gzip, deflate, br, zstd');
    }
  });

  test.each(['image/png', 'text/html', 'application/json;q=0', 'application/xml, text/*;q=0', 'nonsense'])(
    'Accept %j returns 406 for a list',
    async (accept) => {
      const { detail } = expectProblem(await get(`${server.url}/events`, { Accept: accept }), 406, 'not_acceptable');
      expect(detail).toContain('application/json');
    },
  );

  test.each(['*/*', 'application/*', 'text/html, */*;q=0.1', 'APPLICATION/JSON', 'application/json;q=0.001', ''])(
    'Accept %j returns JSON',
    async (accept) => {
      const response = await get(`${server.url}/events?event_type=none&end=${NOON}`, { Accept: accept });
      expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/json']);
    },
  );
});

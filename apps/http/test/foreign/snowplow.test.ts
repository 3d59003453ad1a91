import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { call, get, post } from '../support/client.ts';
import { storedOf } from '../support/events.ts';
import { bearer, KEY, TEST_KEYS } from '../support/keys.ts';
import { expectProblem } from '../support/problem.ts';
import { type ServedApp, serveApp } from '../support/serve-app.ts';

const POST = '/com.snowplowanalytics.snowplow/tp2';
const PAGE = 'https://app.example.com';

let server: ServedApp;
beforeAll(async () => {
  server = await serveApp({
    config: {
      ingest: ['snowplow'],
      corsOrigins: [PAGE],
      maxBatchEvents: 5,
      maxBodyBytes: 5_000,
      maxPayloadBytes: 1_000,
    },
  });
});
afterAll(() => server.close());

const send = (events: readonly object[], headers?: Record<string, string>) =>
  post(server.url + POST, JSON.stringify({ schema: 'iglu:x', data: events }), headers);
const structured = (action: string, members: object = {}) => ({
  e: 'se',
  se_ac: action,
  eid: randomUUID(),
  dtm: '1735732800123',
  ...members,
});

test('an event that is sent again with another stm is stored once', async () => {
  const one = structured('again');
  for (const stm of ['1', '2']) expect((await send([{ ...one, stm }])).status).toBe(200);
  expect(await storedOf(server.url, 'se_again')).toHaveLength(1);
});

test('an event in the URL gets a pixel', async () => {
  const query = new URLSearchParams(structured('pixel', { page: 'a b' }));
  for (let i = 0; i < 2; i++) {
    const response = await get(`${server.url}/i?${query}`);
    expect([response.status, response.headers.get('content-type'), response.text.slice(0, 6)]).toEqual([
      200,
      'image/gif',
      'GIF89a',
    ]);
  }
  expect((await storedOf(server.url, 'se_pixel')).map(({ payload }) => payload.page)).toEqual(['a b']);
  const head = await call('HEAD', `${server.url}/i?${new URLSearchParams(structured('pixel'))}`);
  expect([head.status, head.headers.get('content-type')]).toEqual([200, 'image/gif']);
  expect(await storedOf(server.url, 'se_pixel')).toHaveLength(1);
  expectProblem(await get(`${server.url}/i?e=pv&e=pp&dtm=1`), 400, 'invalid_event');
  expectProblem(await get(`${server.url}/i?e=pv`), 400, 'invalid_event');
});

describe('a request that trackers would send again without end', () => {
  const one = structured('conflict');
  test.each<[string, () => ReturnType<typeof send>]>([
    ['body_too_large', () => send([structured('x', { page: 'x'.repeat(6_000) })])],
    ['payload_too_large', () => send([structured('x', { page: 'x'.repeat(1_100) })])],
    ['batch_too_large', () => send(Array.from({ length: 6 }, () => structured('x')))],
    ['unsupported_media_type', () => send([one], { 'Content-Type': 'image/png' })],
    ['unsupported_encoding', () => send([one], { 'Content-Encoding': 'snappy' })],
    [
      'event_id_conflict',
      async () => {
        await send([one]);
        return send([{ ...one, page: 'other' }]);
      },
    ],
  ])('because of %s is 400', async (code, request) => {
    const { errors } = expectProblem(await request(), 400, 'invalid_event');
    expect(errors?.[0]?.code).toBe(code);
  });
});

test('a document that is not one is refused', async () => {
  for (const body of ['{}', '{"data":1}', '[]'])
    expectProblem(await post(server.url + POST, body), 400, 'invalid_event');
  expectProblem(await send([structured('x'), structured('x', { cx: '!' })]), 400, 'invalid_event');
});

test('a page may send cookies, to the calls of Snowplow alone', async () => {
  const preflight = (path: string) =>
    call('OPTIONS', server.url + path, { headers: { Origin: PAGE, 'Access-Control-Request-Method': 'POST' } });
  for (const path of [POST, `${POST}/`, '/i?e=pv']) {
    const { status, headers } = await preflight(path);
    expect([
      status,
      headers.get('access-control-allow-origin'),
      headers.get('access-control-allow-credentials'),
    ]).toEqual([204, PAGE, 'true']);
  }
  expect((await send([structured('page')], { Origin: PAGE })).headers.get('access-control-allow-credentials')).toBe(
    'true',
  );
  expect((await preflight('/events')).headers.get('access-control-allow-credentials')).toBeNull();
});

test('a key is required in a header field, or in the URL of a POST', async () => {
  const locked = await serveApp({ keys: TEST_KEYS, config: { ingest: ['snowplow'] } });
  const body = JSON.stringify({ data: [structured('key')] });
  expectProblem(await post(locked.url + POST, body), 401, 'unauthorized');
  expect((await post(locked.url + POST, body, bearer(KEY.write))).status).toBe(200);
  expect((await post(`${locked.url + POST}?key=${KEY.write.secret}`, body)).status).toBe(200);
  locked.close();
});

test('a server with the default of INGEST does not accept it', async () => {
  const usual = await serveApp();
  expectProblem(await post(usual.url + POST, '{}'), 404, 'not_found');
  usual.close();
});

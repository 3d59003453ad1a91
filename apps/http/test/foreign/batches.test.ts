import { randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { call, get, jsonOf, post } from '../support/client.ts';
import { NOON, storedOf } from '../support/events.ts';
import { bearer, KEY, TEST_KEYS } from '../support/keys.ts';
import { expectProblem } from '../support/problem.ts';
import { scrape, sumOf } from '../support/scrape.ts';
import { type ServedApp, serveApp } from '../support/serve-app.ts';

const SEGMENT = '/v1/batch';
const POSTHOG = '/batch/';
const POSTHOG_V1 = '/i/v1/analytics/events';

let server: ServedApp;
beforeAll(async () => {
  server = await serveApp({ config: { corsOrigins: ['https://app.example.com'] } });
});
afterAll(() => server.close());

const send = (path: string, document: unknown, headers?: Record<string, string>) =>
  post(server.url + path, typeof document === 'string' ? document : JSON.stringify(document), headers);

function message(event: string, members: object = {}) {
  return { type: 'track', event, messageId: randomUUID(), timestamp: NOON, ...members };
}

function posthogEvent(event: string, members: object = {}) {
  return { event, uuid: randomUUID(), timestamp: NOON, distinct_id: 'u', ...members };
}

describe('a Segment message that is sent again', () => {
  test('is stored once, although sentAt and _metadata differ', async () => {
    const one = message('again', { messageId: 'node-next-1' });
    for (const attempt of [1, 2]) {
      const sent = { ...one, sentAt: `${attempt}`, _metadata: { retryCount: attempt } };
      expect((await send(SEGMENT, { batch: [sent], sentAt: `${attempt}` })).status).toBe(200);
      expect((await send('/v1/t', sent)).status).toBe(200);
    }
    expect(await storedOf(server.url, 'again')).toHaveLength(1);
  });

  test('with other content is a conflict', async () => {
    const one = message('other');
    expect((await send(SEGMENT, { batch: [one] })).status).toBe(200);
    expectProblem(await send(SEGMENT, { batch: [{ ...one, userId: 'x' }] }), 409, 'event_id_conflict');
  });
});

describe('a batch with an event that is not valid', () => {
  test.each([
    [SEGMENT, message, '/timestamp'],
    [POSTHOG, posthogEvent, '/timestamp'],
  ])('is refused by %s as a whole, naming the place in its item', async (path, create, pointer) => {
    const bad = create('whole', { timestamp: 'yesterday' });
    const { errors } = expectProblem(await send(path, { batch: [create('whole'), bad] }), 400, 'invalid_event');
    expect(errors).toEqual([expect.objectContaining({ index: 1, pointer })]);
    expect(await storedOf(server.url, 'whole')).toEqual([]);
  });

  test('is stored by PostHog v1 without it, with the reason', async () => {
    const good = [1, 2, 3, 4, 5].map(() => posthogEvent('partly'));
    const bad = [
      posthogEvent('partly', { timestamp: 'yesterday' }),
      posthogEvent('partly', { timestamp: undefined }),
      posthogEvent('partly', { properties: { text: '\0' } }),
      { ...posthogEvent('partly'), uuid: good[0]?.uuid, distinct_id: 'other' },
    ];
    const response = await send(POSTHOG_V1, {
      batch: [...good.slice(0, 2), ...bad.slice(0, 3), ...good.slice(2), bad[3]],
    });
    expect(response.status).toBe(200);
    const { results } = jsonOf<{ results: Record<string, { result: string; details?: string }> }>(response);
    expect(bad.slice(0, 3).map(({ uuid }) => results[uuid ?? ''])).toEqual([
      { result: 'drop', details: expect.stringContaining('/timestamp: expected RFC 3339') },
      { result: 'drop', details: '/timestamp: timestamp is required' },
      { result: 'drop', details: expect.stringContaining('/properties/text: ') },
    ]);
    for (const { uuid } of good.slice(1)) expect(results[uuid]).toEqual({ result: 'ok' });
    expect(results[good[0]?.uuid ?? '']).toEqual({ result: 'drop', details: expect.stringContaining('other content') });
    expect(await storedOf(server.url, 'partly')).toHaveLength(5);
  });

  test('is refused by PostHog v1 if a result could not name it', async () => {
    expectProblem(await send(POSTHOG_V1, { batch: [{ ...posthogEvent('partly'), uuid: 1 }] }), 400, 'invalid_event');
  });
});

describe('a document', () => {
  test.each([
    [SEGMENT, '{}', '/batch'],
    [SEGMENT, '{"batch":{}}', '/batch'],
    [SEGMENT, '[]', ''],
    [SEGMENT, '{"batch":[1]}', ''],
    ['/v1/track', '[]', ''],
    ['/v1/page', JSON.stringify(message('x')), '/type'],
    [POSTHOG, '{"batch":"x"}', '/batch'],
    [POSTHOG_V1, '{}', '/batch'],
  ])('%s with %j is refused', async (path, body, pointer) => {
    const { errors } = expectProblem(await send(path, body), 400, 'invalid_event');
    expect(errors?.[0]?.pointer).toBe(pointer);
  });

  test.each([
    '{"batch":[',
    '{"batch":[]',
    '{"batch":[],}',
    '{"batch":[{]}',
    '{"batch" []}',
    'x',
    '',
    '{"batch":[{"a":1},]}',
  ])('with %j is not JSON', async (body) => {
    for (const path of [SEGMENT, POSTHOG]) expectProblem(await send(path, body), 400, 'malformed_json');
  });

  test('can have its list under an escaped name, and the last of several lists counts', async () => {
    const body = `{"batch":[1],"b\\u0061tch":[${JSON.stringify(message('escaped'))}],"x":{"batch":[2]}}`;
    expect((await send(SEGMENT, body)).status).toBe(200);
    expect(await storedOf(server.url, 'escaped')).toHaveLength(1);
  });

  test('of PostHog can be an event, or a list of events', async () => {
    expect((await send('/capture', posthogEvent('shapes'))).status).toBe(200);
    expect((await send('/e/?ip=1&ver=1.0', [posthogEvent('shapes'), posthogEvent('shapes')])).status).toBe(200);
    expect((await send('/i/v0/e', { batch: [posthogEvent('shapes')] })).text).toBe('{"status":1}\n');
    expect(await storedOf(server.url, 'shapes')).toHaveLength(4);
  });

  test('compressed without Content-Encoding is read, within the limits', async () => {
    const body = gzipSync(JSON.stringify(posthogEvent('gzip')));
    const text = { 'Content-Type': 'text/plain' };
    expect((await post(`${server.url}/e/`, body, text)).status).toBe(200);
    expect(await storedOf(server.url, 'gzip')).toHaveLength(1);
    expectProblem(await post(`${server.url}/e/`, gzipSync(' '.repeat(9_000_000)), text), 413, 'body_too_large');
    expectProblem(await post(`${server.url}/e/`, body.subarray(0, 30), text), 400, 'invalid_encoding');
  });

  test('deep or long is refused without delay', async () => {
    const deep = `{"batch":[${'['.repeat(100_000)}`;
    const started = process.cpuUsage(); // of the server, too
    expectProblem(await send(SEGMENT, deep), 400, 'malformed_json');
    expectProblem(await send(SEGMENT, `{"batch":[${'1,'.repeat(10_000)}1]}`), 413, 'batch_too_large');
    const { user, system } = process.cpuUsage(started);
    expect((user + system) / 1_000, 'milliseconds of CPU time').toBeLessThan(1_000);
  });
});

describe('a page', () => {
  const from = (origin: string) => ({ 'Content-Type': 'text/plain', Origin: origin });

  test('of a known origin sends text/plain, as libraries for browsers do', async () => {
    const response = await send('/v1/t', message('page'), from('https://app.example.com'));
    expect([response.status, response.headers.get('access-control-allow-origin')]).toEqual([
      200,
      'https://app.example.com',
    ]);
  });

  test('of another origin does not, because a browser sends it without asking first', async () => {
    const { detail } = expectProblem(
      await send('/v1/t', message('page'), from('https://evil.example')),
      415,
      'unsupported_media_type',
    );
    expect(detail).toContain('expected application/json, in UTF-8');
  });
});

describe('a key', () => {
  let locked: ServedApp;
  beforeAll(async () => {
    locked = await serveApp({ keys: TEST_KEYS, config: { rateLimit: { quota: 1_000, windowMs: 60_000 } } });
  });
  afterAll(() => locked.close());
  const sendWith = (path: string, document: object, headers?: Record<string, string>) =>
    post(locked.url + path, JSON.stringify(document), headers);

  test.each([
    [SEGMENT, (key: string) => ({ writeKey: key, batch: [message('key')] })],
    ['/v1/track', (key: string) => message('key', { writeKey: key })],
    [POSTHOG, (key: string) => ({ api_key: key, batch: [posthogEvent('key')] })],
    ['/e', (key: string) => [posthogEvent('key', { properties: { token: key } })]],
    [POSTHOG_V1, (key: string) => ({ api_key: key, batch: [posthogEvent('key')] })],
  ])('in the body of %s needs the scope write', async (path, documentWith) => {
    expect((await sendWith(path, documentWith(KEY.write.secret))).status).toBe(200);
    expectProblem(await sendWith(path, documentWith(KEY.read.secret)), 403, 'forbidden');
    expectProblem(await sendWith(path, documentWith('wrong')), 401, 'unauthorized');
    expectProblem(await sendWith(path, documentWith('')), 401, 'unauthorized');
  });

  test('in a header field takes precedence', async () => {
    const document = { writeKey: 'wrong', batch: [message('key')] };
    expect((await sendWith(SEGMENT, document, bearer(KEY.write))).status).toBe(200);
    expectProblem(
      await sendWith(SEGMENT, { ...document, writeKey: KEY.write.secret }, bearer({ secret: 'x' })),
      401,
      'unauthorized',
    );
  });

  test('in the body is no key for any other call', async () => {
    const event = { event_type: 'key', timestamp: NOON, payload: {}, api_key: KEY.write.secret };
    expectProblem(await sendWith('/events', event), 401, 'unauthorized');
  });

  test('is required before anything is said about the document', async () => {
    for (const body of ['{', '{"batch":1}', ' '.repeat(10)]) {
      expectProblem(await post(locked.url + SEGMENT, body), 401, 'unauthorized');
    }
    expectProblem(await post(locked.url + SEGMENT, '', { 'Content-Type': 'image/png' }), 401, 'unauthorized');
  });
});

test('events are counted by protocol and outcome', async () => {
  const counted = await serveApp();
  const one = posthogEvent('counted');
  const bad = posthogEvent('counted', { timestamp: 'x' });
  await post(counted.url + POSTHOG_V1, JSON.stringify({ batch: [one, bad] }));
  await post(counted.url + POSTHOG, JSON.stringify({ batch: [one] }));
  await post(counted.url + SEGMENT, JSON.stringify({ batch: [bad, bad] }));
  const samples = await scrape(counted.url);
  const count = (protocol: string, outcome: string) =>
    sumOf(samples, 'event_tracker_ingested_events_total', { protocol, outcome });
  expect(['stored', 'duplicate', 'refused'].map((outcome) => count('posthog', outcome))).toEqual([1, 1, 1]);
  expect(count('segment', 'refused')).toBe(2);
  const totals = ['stored_total', 'duplicate_total', 'refused_total'];
  expect(totals.map((name) => sumOf(samples, `event_tracker_events_${name}`))).toEqual([1, 1, 3]);
  counted.close();
});

test('a server that cannot store says when to send again', async () => {
  const { createStoreUnavailableError } = await import('@event-tracker/core/store');
  const failing = await serveApp({ failure: createStoreUnavailableError('away') });
  for (const [path, document] of [
    [SEGMENT, { batch: [message('x')] }],
    [POSTHOG_V1, { batch: [posthogEvent('x'), posthogEvent('x')] }],
  ] as const) {
    const response = await post(failing.url + path, JSON.stringify(document));
    expectProblem(response, 503, 'store_unavailable');
    expect(response.headers.get('retry-after')).toBe('1');
  }
  failing.close();
});

test('other methods and unknown calls are refused', async () => {
  const response = await get(`${server.url}/v1/batch/`);
  expectProblem(response, 405, 'method_not_allowed');
  expect(response.headers.get('allow')).toBe('POST');
  for (const name of ['unknown', 'events', 'batches'])
    expectProblem(await call('POST', `${server.url}/v1/${name}`), 404, 'not_found');
});

describe('a list of PostHog events', () => {
  test('reports the uuid of several events as stored only if all of them are', async () => {
    const uuid = randomUUID();
    const bad = posthogEvent('same uuid', { uuid, timestamp: 'yesterday' });
    const response = await send(POSTHOG_V1, { batch: [bad, posthogEvent('same uuid', { uuid })] });
    expect(jsonOf(response)).toMatchObject({ results: { [uuid]: { result: 'drop' } } });
    expect(await storedOf(server.url, 'same uuid')).toHaveLength(1);
  });

  test('stores the first of several events with one id and different content', async () => {
    const uuid = randomUUID();
    const batch = ['one id', 'one id, other'].map((event) => posthogEvent(event, { uuid }));
    expect(jsonOf(await send(POSTHOG_V1, { batch }))).toMatchObject({ results: { [uuid]: { result: 'drop' } } });
    expect(await storedOf(server.url, 'one id')).toHaveLength(1);
    expect(await storedOf(server.url, 'one id, other')).toHaveLength(0);
  });
});

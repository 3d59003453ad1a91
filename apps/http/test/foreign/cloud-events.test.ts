import { randomUUID } from 'node:crypto';
import type { BatchResult } from '@event-tracker/http-contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { call, get, jsonOf, nextLinkOf, post } from '../support/client.ts';
import { storedOf } from '../support/events.ts';
import { expectProblem } from '../support/problem.ts';
import { type ServedApp, serveApp } from '../support/serve-app.ts';

const TIME = '2025-08-01T00:00:00.123456789Z';
const ONE = 'application/cloudevents+json';
const BATCH = 'application/cloudevents-batch+json';

let server: ServedApp;
let url = '';
beforeAll(async () => {
  server = await serveApp();
  url = `${server.url}/events`;
});
afterAll(() => server.close());

function cloudEvent(type: string, members: object = {}) {
  return { specversion: '1.0', id: 'a', source: `/${type}`, type, time: TIME, ...members };
}

function binary(type: string, headers: Record<string, string> = {}) {
  return {
    'ce-specversion': '1.0',
    'ce-id': 'a',
    'ce-source': `/${type}`,
    'ce-type': type,
    'ce-time': TIME,
    ...headers,
  };
}

function send(document: unknown, type = ONE) {
  return post(url, JSON.stringify(document), { 'Content-Type': type });
}

describe('a CloudEvent', () => {
  test('in the binary mode is stored once, whatever the Content-Type', async () => {
    for (const replayed of [null, 'true']) {
      const response = await post(url, '{"x":1}', binary('binary', { 'ce-subject': 'caf%C3%A9' }));
      expect([response.status, response.headers.get('idempotent-replayed')]).toEqual([200, replayed]);
    }
    const [event, ...more] = await storedOf(server.url, 'binary');
    expect(more).toEqual([]);
    expect(event).toMatchObject({
      timestamp: TIME,
      payload: { id: 'a', source: '/binary', subject: 'café', datacontenttype: 'application/json', data: { x: 1 } },
    });
    expect((await post(url, 'text', binary('binary-text', { 'Content-Type': 'text/plain' }))).status).toBe(200);
    const bytes = Uint8Array.of(0xff, 0);
    expect((await post(url, bytes, binary('binary-bytes', { 'Content-Type': 'image/png' }))).status).toBe(200);
    expect((await storedOf(server.url, 'binary-bytes'))[0]?.payload).toMatchObject({ data_base64: '/wA=' });
    const headers = binary('binary-none');
    expect((await call('POST', url, { headers })).status).toBe(200);
    expect((await storedOf(server.url, 'binary-none'))[0]?.payload).toEqual({ id: 'a', source: '/binary-none' });
  });

  test('in the structured mode is returned as the event that is stored', async () => {
    const id = randomUUID();
    const response = await send(cloudEvent('structured', { id, data: { x: 1 } }), `${ONE}; charset=UTF-8`);
    expect([response.status, jsonOf(response)]).toEqual([
      200,
      { id, event_type: 'structured', timestamp: TIME, payload: { source: '/structured', data: { x: 1 } } },
    ]);
  });

  test('is accepted at the path with a slash at the end as well', async () => {
    const response = await post(`${url}/`, JSON.stringify(cloudEvent('slash')), { 'Content-Type': ONE });
    expect(response.status).toBe(200);
    expect(await storedOf(server.url, 'slash')).toHaveLength(1);
    for (const method of ['GET', 'DELETE', 'PUT']) expectProblem(await call(method, `${url}/`), 404, 'not_found');
    const { headers } = await call('PUT', url);
    expect(headers.get('allow')).toBe('DELETE, GET, HEAD, POST');
  });

  test('with the id of another one is a conflict', async () => {
    expect((await send(cloudEvent('conflict'))).status).toBe(200);
    expectProblem(await send(cloudEvent('conflict', { data: 1 })), 409, 'event_id_conflict');
  });

  test.each<[string, object, string, string]>([
    ['without a time', { time: undefined }, '/time', 'time is required'],
    ['with a time that is none', { time: 'yesterday' }, '/time', 'expected RFC 3339'],
    ['of another version', { specversion: '0.3' }, '/specversion', 'expected specversion "1.0"'],
    ['with a number that a double does not hold', { data: { n: 'BIG' } }, '/data/n', 'expected a number'],
  ])('%s is refused, naming its member', async (_, members, pointer, detail) => {
    const body = JSON.stringify(cloudEvent('bad', members)).replace('"BIG"', '9007199254740993');
    const { errors } = expectProblem(await post(url, body, { 'Content-Type': ONE }), 400, 'invalid_event');
    expect(errors).toEqual([expect.objectContaining({ pointer, detail: expect.stringContaining(detail) })]);
    expect(errors?.[0]).not.toHaveProperty('index');
    expect(await storedOf(server.url, 'bad')).toEqual([]);
  });

  test('in the binary mode is refused if its body is not what Content-Type names', async () => {
    expectProblem(await post(url, '{', binary('bad')), 400, 'malformed_json');
    expectProblem(
      await post(url, Uint8Array.of(0xff), binary('bad', { 'Content-Type': 'text/plain' })),
      400,
      'invalid_encoding',
    );
  });

  test('in another charset is refused', async () => {
    const { detail } = expectProblem(
      await send(cloudEvent('bad'), `${ONE}; charset=utf-16`),
      415,
      'unsupported_media_type',
    );
    expect(detail).toContain('the charset utf-16 is not supported');
  });
});

describe('a batch of CloudEvents', () => {
  test('is stored whole', async () => {
    const response = await send([cloudEvent('batch'), cloudEvent('batch', { id: 'b' }), cloudEvent('batch')], BATCH);
    expect(response.status).toBe(200);
    expect(jsonOf<BatchResult>(response)).toMatchObject({ accepted: 2, duplicates: 1, duplicate_indexes: [2] });
    expect(await storedOf(server.url, 'batch')).toHaveLength(2);
  });

  test('with a bad one is refused, naming each', async () => {
    const bad = cloudEvent('bad', { time: undefined });
    const { errors, error_count } = expectProblem(
      await send([cloudEvent('bad'), bad, bad], BATCH),
      400,
      'invalid_event',
    );
    expect(error_count).toBe(2);
    expect(errors?.map(({ index, pointer }) => [index, pointer])).toEqual([
      [1, '/time'],
      [2, '/time'],
    ]);
    expect(await storedOf(server.url, 'bad')).toEqual([]);
  });

  test('is an array, and one CloudEvent is not', async () => {
    expectProblem(await send(cloudEvent('bad'), BATCH), 400, 'invalid_event');
    expectProblem(await send([cloudEvent('bad')], ONE), 400, 'invalid_event');
    expectProblem(await send([], BATCH), 400, 'invalid_event');
  });

  test('has the limits of every batch', async () => {
    const small = await serveApp({ config: { maxBatchEvents: 1, maxPayloadBytes: 50, maxBodyBytes: 1_000 } });
    const sendTo = (document: unknown) =>
      post(`${small.url}/events`, JSON.stringify(document), { 'Content-Type': BATCH });
    expectProblem(await sendTo([1, 2]), 413, 'batch_too_large');
    expectProblem(await sendTo([cloudEvent('big', { data: 'x'.repeat(60) })]), 413, 'payload_too_large');
    expectProblem(await sendTo('x'.repeat(1_000)), 413, 'body_too_large');
    small.close();
  });
});

describe('events as CloudEvents', () => {
  test('are returned as they were submitted, page by page, and are the same when they are submitted again', async () => {
    const sent = ['a', 'b', 'c'].map((id) => cloudEvent('out', { id, ext: true, data: { x: 1 } }));
    await send(sent, BATCH);
    const own = { id: randomUUID(), event_type: 'out', timestamp: TIME, payload: { user_id: 1 } };
    await post(url, JSON.stringify(own));
    const found: unknown[] = [];
    for (let path: string | undefined = '/events?event_type=out&limit=2'; path !== undefined; ) {
      const page = await get(server.url + path, { Accept: BATCH });
      expect([page.status, page.headers.get('content-type')]).toEqual([200, BATCH]);
      const again = await post(url, page.text, { 'Content-Type': BATCH });
      const documents = jsonOf<unknown[]>(page);
      expect(jsonOf<BatchResult>(again)).toMatchObject({ accepted: 0, duplicates: documents.length });
      found.push(...documents);
      path = nextLinkOf(page);
    }
    const written = {
      ...cloudEvent('out', { id: own.id }),
      source: 'urn:event-tracker',
      datacontenttype: 'application/json',
      data: own.payload,
    };
    expect(found).toHaveLength(4);
    expect(found).toEqual(expect.arrayContaining([...sent, written]));
  });

  test('are returned one by one, with a separate ETag', async () => {
    const id = randomUUID();
    await send(cloudEvent('single', { id }));
    const response = await get(`${url}/${id}`, { Accept: ONE });
    expect([response.headers.get('content-type'), jsonOf(response)]).toEqual([ONE, cloudEvent('single', { id })]);
    expect(response.headers.get('vary')).toContain('Accept');
    const plain = await get(`${url}/${id}`, { Accept: `application/json, ${ONE};q=0.5` });
    expect(plain.headers.get('content-type')).toBe('application/json');
    expect(plain.headers.get('etag')).not.toBe(response.headers.get('etag'));
    expect(
      (await get(`${url}/${id}`, { Accept: ONE, 'If-None-Match': response.headers.get('etag') ?? '' })).status,
    ).toBe(304);
  });

  test('have the source that is set', async () => {
    const other = await serveApp({ config: { cloudEventsSource: 'https://events.example.com' } });
    await post(`${other.url}/events`, JSON.stringify({ event_type: 'a', timestamp: TIME, payload: {} }));
    expect(jsonOf(await get(`${other.url}/events`, { Accept: BATCH }))).toMatchObject([
      { source: 'https://events.example.com' },
    ]);
    other.close();
  });
});

test('INGEST=off accepts and returns none', async () => {
  const off = await serveApp({ config: { ingest: [] } });
  const document = JSON.stringify(cloudEvent('off'));
  expectProblem(await post(`${off.url}/events`, document, { 'Content-Type': ONE }), 415, 'unsupported_media_type');
  expectProblem(await post(`${off.url}/events`, '{"x":1}', binary('off')), 400, 'invalid_event');
  expectProblem(await get(`${off.url}/events`, { Accept: BATCH }), 406, 'not_acceptable');
  expect((await get(`${off.url}/openapi.json`)).text).not.toContain('cloudevents');
  off.close();
});

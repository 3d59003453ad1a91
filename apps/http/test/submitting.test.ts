import { randomUUID } from 'node:crypto';
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import type { Event } from '@event-tracker/core';
import { describe, expect, test } from 'vitest';
import { get, jsonOf, post, type TestResponse } from './support/client.ts';
import { exchange } from './support/connection.ts';
import { eventText, NOON, newEvent, postEvent, postLines, storedOf } from './support/events.ts';
import { expectProblem } from './support/problem.ts';
import { useServer } from './support/use-server.ts';
import { parseResponses } from './support/wire.ts';

const server = useServer();

interface BatchResult {
  readonly accepted: number;
  readonly duplicates: number;
  readonly ids: readonly string[];
  readonly duplicate_indexes: readonly number[];
}

function batchResultOf(response: TestResponse): BatchResult {
  expect(response.status, response.text.slice(0, 300)).toBe(200);
  return jsonOf<BatchResult>(response);
}

function events(eventType: string, count: number): readonly object[] {
  return Array.from({ length: count }, (_, i) => newEvent(eventType, { i }));
}

function lines(eventType: string, count: number): readonly string[] {
  return events(eventType, count).map((event) => JSON.stringify(event));
}

describe('a single event', () => {
  test('gets an ascending id, so that events of one instant keep their order', async () => {
    const ids: string[] = [];
    for (let i = 0; i < 20; i++) ids.push(jsonOf<Event>(await postEvent(server.url, newEvent('rising', { i }))).id);
    expect(ids).toEqual(ids.toSorted());
    expect((await storedOf(server.url, 'rising')).map(({ id }) => id)).toEqual(ids);
  });

  test('keeps the id that the client gave it, in lower case', async () => {
    const id = randomUUID();
    const response = await postEvent(server.url, { id: id.toUpperCase(), ...newEvent('own id') });
    expect([response.status, jsonOf<Event>(response).id]).toEqual([201, id]);
    expect(response.headers.get('location')).toBe(`/events/${id}`);
  });

  test('submitted again with its id returns the stored event, also in another notation', async () => {
    const id = randomUUID();
    const made = await postEvent(server.url, { id, ...newEvent('again', { a: 1, b: [2] }) });
    expect(made.headers.get('idempotent-replayed')).toBeNull();
    const spelling = `{"payload":{"b":[2.0],"a":1e0},"timestamp":"2025-01-01T14:00:00.000+02:00","event_type":"again","id":"${id.toUpperCase()}"}`;
    for (const body of [made.text, spelling]) {
      const response = await post(`${server.url}/events`, body);
      expect([response.status, response.text]).toEqual([200, made.text]);
      expect(response.headers.get('idempotent-replayed')).toBe('true');
      expect(response.headers.get('location')).toBeNull();
    }
    expect(await storedOf(server.url, 'again')).toHaveLength(1);
  });

  test.each([
    ['type', { event_type: 'conflict.other' }],
    ['timestamp', { timestamp: '2025-01-01T12:00:00.000000001Z' }],
    ['payload', { payload: { a: '1' } }],
  ])('with the id of another and another %s is a conflict, which changes nothing', async (_, other) => {
    const id = randomUUID();
    const made = await postEvent(server.url, { id, ...newEvent('conflict', { a: 1 }) });
    const refused = await postEvent(server.url, { ...jsonOf<Event>(made), ...other });
    const { detail, errors } = expectProblem(refused, 409, 'event_id_conflict');
    expect(detail).toContain(id);
    expect(errors).toEqual([
      { pointer: '/id', code: 'event_id_conflict', detail: `${id} belongs to an event with other content` },
    ]);
    expect((await get(`${server.url}/events/${id}`)).text).toBe(made.text);
  });

  test('sent many times simultaneously is stored once, with the same response body', async () => {
    for (let round = 0; round < 20; round++) {
      const event = { id: randomUUID(), ...newEvent('race', { round }) };
      const responses = await Promise.all(Array.from({ length: 5 }, () => postEvent(server.url, event)));
      expect(responses.map(({ status }) => status).toSorted()).toEqual([200, 200, 200, 200, 201]);
      expect(new Set(responses.map(({ text }) => text)).size).toBe(1);
    }
    expect(await storedOf(server.url, 'race')).toHaveLength(20);
  });
});

describe('a batch', () => {
  test('as a JSON array returns the ids in the order of input', async () => {
    const response = await postEvent(server.url, events('array', 3));
    const { ids, ...counts } = batchResultOf(response);
    expect(counts).toEqual({ accepted: 3, duplicates: 0, duplicate_indexes: [] });
    for (const [i, id] of ids.entries())
      expect(jsonOf<Event>(await get(`${server.url}/events/${id}`)).payload).toEqual({ i });
    expect(response.headers.get('location')).toBeNull();
  });

  test('of one event is a batch', async () => {
    expect(batchResultOf(await postEvent(server.url, events('one', 1))).accepted).toBe(1);
    expect(batchResultOf(await postLines(server.url, lines('one', 1))).accepted).toBe(1);
  });

  test.each(['application/x-ndjson', 'application/jsonl', 'application/x-ndjson; charset=utf-8'])(
    'as %s can have blank lines, CRLF, white space and no last line feed',
    async (type) => {
      const [a = '', b = '', c = ''] = lines('lines', 3);
      const body = `\ufeff\n${a}\r\n\r\n \t\n  ${b} \n${c}`;
      const { accepted } = batchResultOf(await post(`${server.url}/events`, body, { 'Content-Type': type }));
      expect(accepted).toBe(3);
    },
  );

  test('counts stored and repeated events as duplicates', async () => {
    const twin = { id: randomUUID(), ...newEvent('twin') };
    const first = batchResultOf(await postEvent(server.url, [newEvent('twin'), twin, newEvent('twin'), twin]));
    expect([first.accepted, first.duplicates, first.duplicate_indexes]).toEqual([3, 1, [3]]);
    expect([first.ids[1], first.ids[3]]).toEqual([twin.id, twin.id]);
    const again = batchResultOf(await postEvent(server.url, [twin]));
    expect([again.accepted, again.duplicates, again.duplicate_indexes]).toEqual([0, 1, [0]]);
    expect(await storedOf(server.url, 'twin')).toHaveLength(3);
  });

  test('with an invalid event reports its index, and nothing is stored', async () => {
    const batch = events('one bad', 100).with(42, newEvent('one bad', {}, '2025-02-30T00:00:00Z'));
    const { detail, error_count, errors } = expectProblem(await postEvent(server.url, batch), 400, 'invalid_event');
    expect(detail).toBe('event 42, /timestamp: expected a day that 2025-02 has');
    expect(error_count).toBe(1);
    expect(errors).toEqual([
      { index: 42, pointer: '/timestamp', code: 'invalid_timestamp', detail: 'expected a day that 2025-02 has' },
    ]);
    expect(await storedOf(server.url, 'one bad')).toEqual([]);
  });

  test('in NDJSON reports the index and the line of an invalid event', async () => {
    const [a = '', b = '', c = ''] = lines('bad line', 3);
    const invalid = expectProblem(
      await postLines(server.url, ['', a, '', b.replace(NOON, 'noon'), c]),
      400,
      'invalid_event',
    );
    expect(invalid.errors?.map(({ index, line, pointer }) => [index, line, pointer])).toEqual([[1, 4, '/timestamp']]);
    const malformed = expectProblem(await postLines(server.url, [a, b, '{"event_type":', c]), 400, 'malformed_json');
    expect(malformed.errors).toEqual([
      { index: 2, line: 3, pointer: '', code: 'malformed_json', detail: 'not JSON: it ends too early' },
    ]);
    const tooLarge = await postLines(server.url, [a, '', eventText('bad line', `{"a":"${'x'.repeat(270_000)}"}`)]);
    expect(expectProblem(tooLarge, 413, 'payload_too_large').errors?.[0]).toMatchObject({ index: 1, line: 3 });
    expect(await storedOf(server.url, 'bad line')).toEqual([]);
  });

  test('as an array reports the index of an element that is not JSON', async () => {
    const body = `[${lines('bad element', 2).join(',')},{"a":tru},null]`;
    const { errors } = expectProblem(await post(`${server.url}/events`, body), 400, 'malformed_json');
    expect(errors?.map(({ index, code }) => [index, code])).toEqual([[2, 'malformed_json']]);
    expect(await storedOf(server.url, 'bad element')).toEqual([]);
  });

  test('lists the first twenty problems and counts all', async () => {
    const { detail, error_count, errors } = expectProblem(
      await postEvent(
        server.url,
        Array.from({ length: 5_000 }, () => ({})),
      ),
      400,
      'invalid_event',
    );
    expect([detail, error_count]).toEqual(['event 0, /event_type: event_type is required; and 14999 more', 15_000]);
    expect(errors).toHaveLength(20);
    expect(errors?.at(-1)).toMatchObject({ index: 6, pointer: '/timestamp' });
  });

  test('with a conflict reports the id, and nothing is stored', async () => {
    const taken = Array.from({ length: 30 }, () => ({ id: randomUUID(), ...newEvent('taken') }));
    await postEvent(server.url, taken);
    const changed = taken.map((event) => ({ ...event, payload: { other: true } }));
    const { detail, error_count, errors } = expectProblem(
      await postEvent(server.url, [newEvent('other'), ...changed]),
      409,
      'event_id_conflict',
    );
    expect(error_count).toBe(30);
    expect(errors?.map(({ detail }) => detail.slice(0, 36))).toEqual(taken.slice(0, 20).map(({ id }) => id));
    expect(detail).toMatch(/and 27 more$/);
    expect(await storedOf(server.url, 'other')).toEqual([]);
  });

  test('whose events conflict with each other is refused', async () => {
    const id = randomUUID();
    const batch = [1, 2].map((n) => ({ id, ...newEvent('own conflict', { n }) }));
    expectProblem(await postEvent(server.url, batch), 409, 'event_id_conflict');
    expect(await storedOf(server.url, 'own conflict')).toEqual([]);
  });

  test('without events is refused', async () => {
    for (const body of ['[]', ' [ ] ']) expectProblem(await post(`${server.url}/events`, body), 400, 'invalid_event');
    for (const body of [[''], ['\n\r\n'], ['  ']]) {
      const { detail } = expectProblem(await postLines(server.url, body), 400, 'malformed_json');
      expect(detail).toContain('the body is empty');
    }
  });

  test('can have 10,000 events at most', async () => {
    const many = lines('many', 10_000);
    expect(batchResultOf(await postLines(server.url, many)).accepted).toBe(10_000);
    const { detail } = expectProblem(await postLines(server.url, [...many, '{}']), 413, 'batch_too_large');
    expect(detail).toBe('a call has 10001 events, at most 10000 are allowed');
    expect(await storedOf(server.url, 'many')).toHaveLength(10_000);
  });
});

describe('a compressed body', () => {
  const ENCODINGS = { gzip: gzipSync, deflate: deflateSync, br: brotliCompressSync, zstd: zstdCompressSync };

  test.each(Object.entries(ENCODINGS))('in %s is accepted', async (name, compress) => {
    const body = compress(lines(name, 500).join('\n'));
    const headers = { 'Content-Type': 'application/x-ndjson', 'Content-Encoding': name };
    expect(batchResultOf(await post(`${server.url}/events`, body, headers)).accepted).toBe(500);
    expect((await storedOf(server.url, name)).at(-1)?.payload).toEqual({ i: 499 });
  });

  test.each(Object.entries(ENCODINGS))('in %s that is damaged or truncated is refused', async (name, compress) => {
    const whole = compress(JSON.stringify(newEvent(`damaged ${name}`, { text: randomUUID().repeat(10) })));
    const cut = whole.subarray(0, whole.length - 9);
    const damaged = Buffer.from(whole).fill(0xff, 4, 12);
    for (const body of [cut, damaged, Buffer.from('not compressed at all, and long enough to tell')])
      expectProblem(await post(`${server.url}/events`, body, { 'Content-Encoding': name }), 400, 'invalid_encoding');
    expect(await storedOf(server.url, `damaged ${name}`)).toEqual([]);
  });

  test.each(['deflate', 'br', 'zstd', 'gzip'] as const)('in %s with trailing data is refused', async (name) => {
    const body = Buffer.concat([Buffer.from(ENCODINGS[name](JSON.stringify(newEvent('behind')))), Buffer.from('more')]);
    const headers = { 'Content-Encoding': name, 'Content-Type': 'application/x-ndjson' };
    expectProblem(await post(`${server.url}/events`, body, headers), 400, 'invalid_encoding');
    expect(await storedOf(server.url, 'behind')).toEqual([]);
  });

  test('can name its encoding in upper case, or identity', async () => {
    const body = JSON.stringify(newEvent('case'));
    const url = `${server.url}/events`;
    expect((await post(url, gzipSync(body), { 'Content-Encoding': ' GZip ' })).status).toBe(201);
    expect((await post(url, body, { 'Content-Encoding': 'identity' })).status).toBe(201);
  });
});

test('a conflict in a batch reports the places of its events', async () => {
  const id = randomUUID();
  const lines = ['one', 'two'].map((type) => JSON.stringify({ id, ...newEvent(type) }));
  const response = await postLines(server.url, [JSON.stringify(newEvent('three')), '', ...lines]);
  const { detail, errors } = expectProblem(response, 409, 'event_id_conflict');
  expect(detail).toBe(`these ids belong to events with other content: ${id}`);
  expect(errors?.map(({ index, line, pointer }) => [index, line, pointer])).toEqual([
    [1, 3, '/id'],
    [2, 4, '/id'],
  ]);
});

test('a read that is pipelined after a submit finds its event', async () => {
  const ids = Array.from({ length: 10 }, () => randomUUID());
  const requests = ids.map((id) => {
    const body = JSON.stringify({ id, ...newEvent('pipelined') });
    const head = `POST /events HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: ${body.length}`;
    return `${head}\r\n\r\n${body}GET /events/${id} HTTP/1.1\r\nHost: a\r\n\r\n`;
  });
  const last = 'GET /livez HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n';
  const statuses = parseResponses(await exchange(server.url, requests.join('') + last)).map(({ status }) => status);
  expect(statuses).toEqual([...ids.flatMap(() => [201, 200]), 200]);
});

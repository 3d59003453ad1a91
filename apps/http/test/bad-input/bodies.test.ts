import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { get, post } from '../support/client.ts';
import { openConnection } from '../support/connection.ts';
import { eventText, newEvent, postEvent, storedOf } from '../support/events.ts';
import { leastWorkDuring, MEASURE_LOOP } from '../support/longest-work.ts';
import { expectProblem } from '../support/problem.ts';
import { useServerProcess } from '../support/use-server.ts';
import { parseResponses } from '../support/wire.ts';

const server = useServerProcess({ nodeOptions: MEASURE_LOOP });

const MAX_BODY_BYTES = 8 * 1024 ** 2;

/** Returns the time of some work in this process, the least of several measurements, in ms of CPU time. */
function leastCpuTime(work: () => void): number {
  const times = Array.from({ length: 5 }, () => {
    const before = process.threadCpuUsage();
    work();
    const { user, system } = process.threadCpuUsage(before);
    return (user + system) / 1000;
  });
  return Math.min(...times);
}

describe('the size of a body', () => {
  const EVENT = eventText('sized', '{}');
  const ofLength = (length: number): string => EVENT + ' '.repeat(length - EVENT.length);
  const chunked = (body: string): ReadableStream =>
    new Blob([body]).stream().pipeThrough(new TransformStream<Uint8Array, Uint8Array>());

  test('can equal the limit, with Content-Length and chunked', async () => {
    const body = ofLength(MAX_BODY_BYTES);
    expect((await post(`${server.url}/events`, body)).status).toBe(201);
    expect((await post(`${server.url}/events`, chunked(body))).status).toBe(201);
  });

  test('is refused one byte above the limit, with Content-Length and chunked', async () => {
    const body = ofLength(MAX_BODY_BYTES + 1);
    const declared = expectProblem(await post(`${server.url}/events`, body), 413, 'body_too_large');
    expect(declared.detail).toBe('the body has 8388609 bytes, at most 8388608 are allowed');
    const counted = expectProblem(await post(`${server.url}/events`, chunked(body)), 413, 'body_too_large');
    expect(counted.detail).toMatch(/^the body has at least \d+ bytes, at most 8388608 are allowed$/);
  });

  test.each(['Content-Length: 50000000', 'Transfer-Encoding: chunked'])(
    'far above the limit is refused, and a client that sends all before it reads receives the response, %s',
    async (field) => {
      const connection = await openConnection(server.url);
      connection.socket.pause();
      connection.write(`POST /events HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n${field}\r\n\r\n`);
      const piece = ' '.repeat(1_000_000);
      for (let sent = 0; sent < 50_000_000; sent += piece.length)
        connection.write(field.endsWith('chunked') ? `${piece.length.toString(16)}\r\n${piece}\r\n` : piece);
      if (field.endsWith('chunked')) connection.write('0\r\n\r\n');
      await new Promise<void>((resolve) => connection.socket.write('', () => resolve()));
      connection.socket.resume();
      const [response] = parseResponses(await connection.until((text) => text.endsWith('}\n')));
      expect(response).toMatchObject({ status: 413, body: expect.stringContaining('"code":"body_too_large"') });
      connection.socket.destroy();
    },
  );

  test('is refused, and a slow client receives the response', async () => {
    const connection = await openConnection(server.url);
    connection.socket.pause();
    connection.write(
      'POST /events HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 20000000\r\n\r\n',
    );
    for (let sent = 0; sent < 20_000_000; sent += 1_000_000) {
      connection.write(' '.repeat(1_000_000));
      await sleep(75);
    }
    connection.socket.resume();
    const [response] = parseResponses(await connection.until((text) => text.endsWith('}\n')));
    expect(response?.status).toBe(413);
    connection.write('GET /livez HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    expect(await connection.until((text) => text.includes('"alive"')), 'the connection stays open').toContain('200 OK');
  });

  test('is that of the decompressed body: a zip bomb is refused early', async () => {
    const zeros = Buffer.alloc(50_000_000);
    for (const [name, bomb] of [
      ['gzip', gzipSync(zeros)],
      ['zstd', zstdCompressSync(zeros)],
    ] as const) {
      expect(bomb.length).toBeLessThan(100_000);
      const response = await post(`${server.url}/events`, bomb, { 'Content-Encoding': name });
      expectProblem(response, 413, 'body_too_large');
    }
    const twice = gzipSync(gzipSync(zeros)); // decompressed only once
    expectProblem(await post(`${server.url}/events`, twice, { 'Content-Encoding': 'gzip' }), 400, 'invalid_encoding');
  });

  test('stores nothing of a refused body', async () => {
    expect(await storedOf(server.url, 'sized')).toHaveLength(2);
  });
});

describe('nesting', () => {
  const payloadOf = (depth: number): string => `{"a":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`;

  test('can be 32 levels', async () => {
    expect((await post(`${server.url}/events`, eventText('nested', payloadOf(32)))).status).toBe(201);
    const objects = `${'{"a":'.repeat(31)}{}${'}'.repeat(31)}`;
    expect((await post(`${server.url}/events`, eventText('nested', objects))).status).toBe(201);
  });

  test('of 33 levels is refused with its place', async () => {
    const { errors } = expectProblem(
      await post(`${server.url}/events`, eventText('nested', payloadOf(33))),
      400,
      'invalid_event',
    );
    expect(errors).toEqual([
      {
        pointer: `/payload/a${'/0'.repeat(31)}`,
        code: 'nested_too_deep',
        detail: 'expected at most 32 levels of nesting',
      },
    ]);
  });

  test.each([
    ['open brackets', '['.repeat(500_000)],
    ['brackets', '['.repeat(500_000) + ']'.repeat(500_000)],
    ['members', `${'{"a":'.repeat(500_000)}1${'}'.repeat(500_000)}`],
    ['brackets in a payload', eventText('nested', `{"a":${'['.repeat(500_000)}${']'.repeat(500_000)}}`)],
    ['brackets in a batch', `[{},${'['.repeat(500_000)}`],
  ])('of 500,000 %s is refused immediately', async (_, body) => {
    const submit = async () => expectProblem(await post(`${server.url}/events`, body), 400, 'malformed_json');
    expect(await leastWorkDuring(server.process, 20, submit, 5)).toBeLessThan(20);
  });
});

describe('a body that is not UTF-8', () => {
  test.each<[string, readonly number[]]>([
    ['a byte that never occurs', [0xff]],
    ['an overlong form', [0xc0, 0x80]],
    ['a sequence that is cut off', [0xe2, 0x82]],
    ['an encoded surrogate', [0xed, 0xa0, 0x80]],
    ['an encoded surrogate pair', [0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80]],
    ['a value beyond Unicode', [0xf4, 0x90, 0x80, 0x80]],
  ])('is refused: %s', async (_, bytes) => {
    const [head = '', tail = ''] = eventText('utf-8', '{"a":"*"}').split('*');
    const event = Buffer.concat([Buffer.from(head), Uint8Array.from(bytes), Buffer.from(tail)]);
    for (const type of ['application/json', 'application/x-ndjson'])
      expectProblem(await post(`${server.url}/events`, event, { 'Content-Type': type }), 400, 'invalid_encoding');
    expect(await storedOf(server.url, 'utf-8')).toEqual([]);
  });

  test('is refused in UTF-16', async () => {
    const body = Buffer.from(`\ufeff${eventText('utf-16', '{}')}`, 'utf16le');
    expectProblem(await post(`${server.url}/events`, body), 400, 'invalid_encoding');
  });
});

describe('a body that is no event', () => {
  test.each([
    ['nothing', '', 'malformed_json'],
    ['white space', ' \n', 'malformed_json'],
    ['NaN', 'NaN', 'malformed_json'],
    ['a trailing comma', `${eventText('none', '{}').slice(0, -1)},}`, 'malformed_json'],
    ['two documents', eventText('none', '{}').repeat(2), 'malformed_json'],
    ['a document and more', `${eventText('none', '{}')}x`, 'malformed_json'],
    ['two lines', `${eventText('none', '{}')}\n${eventText('none', '{}')}`, 'malformed_json'],
    ['a comment', `/* */${eventText('none', '{}')}`, 'malformed_json'],
    ['single quotes', "{'event_type':'none'}", 'malformed_json'],
    ['an array without end', `[${eventText('none', '{}')}`, 'malformed_json'],
    ['an array with a trailing comma', `[${eventText('none', '{}')},]`, 'malformed_json'],
    ['two arrays', `[${eventText('none', '{}')}][]`, 'malformed_json'],
    ['null', 'null', 'invalid_event'],
    ['a number', '5', 'invalid_event'],
    ['a string', '"x"', 'invalid_event'],
    ['true', 'true', 'invalid_event'],
    ['an empty array', '[]', 'invalid_event'],
    ['an array of null', '[null]', 'invalid_event'],
    ['an array of arrays', `[[${eventText('none', '{}')}]]`, 'invalid_event'],
    ['an empty object', '{}', 'invalid_event'],
  ] as const)('is refused: %s', async (_, body, code) => {
    expectProblem(await post(`${server.url}/events`, body), 400, code);
    expect(await storedOf(server.url, 'none')).toEqual([]);
  });

  test('except for a byte order mark at its start is read', async () => {
    const response = await post(`${server.url}/events`, `\ufeff${eventText('marked', '{}')}`);
    expect(response.status).toBe(201);
  });
});

describe('very much of one thing', () => {
  test('returns a short response to a megabyte of invalid events', async () => {
    const wrong = `{"${'\\u0001'.repeat(50)}":1}`;
    for (const body of [
      `[${'{},'.repeat(9_999)}{}]`,
      `[${Array.from({ length: 3_000 }, () => wrong).join(',')}]`,
      `[${'5,'.repeat(9_000)}5]`,
    ])
      expectProblem(await post(`${server.url}/events`, body), 400, 'invalid_event');
  });

  test('returns a short response for problems at long paths', async () => {
    const name = '\\u0001'.repeat(100);
    const payload = `${`{"${name}":`.repeat(30)}"\\ud800"${'}'.repeat(30)}`;
    const body = `[${Array.from({ length: 20 }, () => eventText('long paths', payload)).join(',')}]`;
    const { error_count, errors } = expectProblem(await post(`${server.url}/events`, body), 400, 'invalid_event');
    expect(error_count).toBe(20);
    expect(errors?.length).toBeGreaterThan(0);
  });

  test('refuses an object with 100,000 members fast, with a short response', async () => {
    const members = Array.from({ length: 100_000 }, (_, i) => `"k${i}":${i}`).join(',');
    const submit = async () => {
      const asEvent = await post(`${server.url}/events`, `{${members}}`);
      expectProblem(asEvent, 413, 'payload_too_large');
      const half = `{${members.slice(0, members.indexOf(',"k50000"'))}}`;
      expect(expectProblem(await post(`${server.url}/events`, half), 400, 'invalid_event').error_count).toBe(50_003);
      const asPayload = await post(`${server.url}/events`, eventText('wide', `{${members}}`));
      expectProblem(asPayload, 413, 'payload_too_large');
    };
    // Relative to the time of unavoidable work, because the machine can be slow or busy.
    const maxMs = Math.max(200, 5 * leastCpuTime(() => JSON.parse(`{${members}}`)));
    expect(await leastWorkDuring(server.process, maxMs, submit, 5)).toBeLessThan(maxMs);
  });

  test('accepts a payload with as many members as fit into it', async () => {
    const payload = Object.fromEntries(Array.from({ length: 18_000 }, (_, i) => [`k${i}`, i]));
    const made = await postEvent(server.url, newEvent('wide', payload));
    expect(made.status).toBe(201);
    expect((await get(server.url + made.headers.get('location'))).text).toBe(made.text);
  });
});

import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import type { Event } from '@event-tracker/core';
import { byEffort } from '@event-tracker/event-store-conformance';
import { describe, expect, test } from 'vitest';
import { call, get, jsonOf, nextLinkOf } from './support/client.ts';
import { postLines } from './support/events.ts';
import { expectProblem } from './support/problem.ts';
import { getRaw } from './support/raw-client.ts';
import { type InProcessServer, startInProcess } from './support/start-in-process.ts';
import { useServer } from './support/use-server.ts';

const server = useServer();

/** Submits events, one per second of their timestamps. Returns their ids in order. */
async function submit(eventTypes: readonly string[], payload: string): Promise<readonly string[]> {
  const lines = eventTypes.map((event_type, index) => {
    const timestamp = `2025-02-01T00:00:${String(index).padStart(2, '0')}Z`;
    return `{"event_type":${JSON.stringify(event_type)},"timestamp":"${timestamp}","payload":${payload}}`;
  });
  return jsonOf<{ ids: string[] }>(await postLines(server.url, lines)).ids;
}

describe('a representation', () => {
  test('is JSON, NDJSON or CSV by Accept, byte for byte', async () => {
    const [first, second] = await submit(['three', 'three'], '{"a":"x,\\"y\\"","b":[1]}');
    const url = `${server.url}/events?event_type=three`;
    const event = (id: string | undefined, second: number): string =>
      `{"id":"${id}","event_type":"three","timestamp":"2025-02-01T00:00:0${second}Z","payload":{"a":"x,\\"y\\"","b":[1]}}`;
    const row = (id: string | undefined, second: number): string =>
      `${id},three,2025-02-01T00:00:0${second}Z,"{""a"":""x,\\""y\\"""",""b"":[1]}"\r\n`;

    const json = await get(url, { Accept: 'application/json' });
    expect(json.headers.get('content-type')).toBe('application/json');
    expect(json.text).toBe(`[${event(first, 0)},${event(second, 1)}]\n`);
    const lines = await get(url, { Accept: 'application/x-ndjson' });
    expect(lines.headers.get('content-type')).toBe('application/x-ndjson');
    expect(lines.text).toBe(`${event(first, 0)}\n${event(second, 1)}\n`);
    const csv = await get(url, { Accept: 'text/csv' });
    expect(csv.headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present');
    expect(csv.text).toBe(`id,event_type,timestamp,payload\r\n${row(first, 0)}${row(second, 1)}`);
  });

  test('without events is an empty array, an empty text, or only the header row', async () => {
    const textFor = async (accept: string): Promise<string> =>
      (await get(`${server.url}/events?event_type=nothing`, { Accept: accept })).text;
    expect(await textFor('application/json')).toBe('[]\n');
    expect(await textFor('application/x-ndjson')).toBe('');
    expect(await textFor('text/csv')).toBe('id,event_type,timestamp,payload\r\n');
  });

  test.each([
    ['*/*', 'application/json'],
    ['', 'application/json'],
    ['text/*', 'text/csv'],
    ['application/json;q=0.1, application/x-ndjson', 'application/x-ndjson'],
    ['text/csv;q=0.5, */*;q=0.1', 'text/csv'],
    ['application/json;q=0, */*', 'application/x-ndjson'],
    ['text/html, */*;q=0.1', 'application/json'],
    ['TEXT/CSV', 'text/csv'],
  ])('for Accept: %s is %s', async (accept, expected) => {
    const response = await get(`${server.url}/events?event_type=nothing`, { Accept: accept });
    expect(response.headers.get('content-type')?.split(';')[0]).toBe(expected);
    expect(response.headers.get('vary')).toBe('Accept, Accept-Encoding');
  });

  test('that is not supported is refused with the supported ones', async () => {
    const response = await get(`${server.url}/events`, { Accept: 'image/png, application/json;q=0' });
    const { detail } = expectProblem(response, 406, 'not_acceptable');
    expect(detail).toContain('application/json, application/x-ndjson, application/jsonl, text/csv');
  });

  test('is reported by HEAD, too', async () => {
    const response = await call('HEAD', `${server.url}/events`, { headers: { Accept: 'text/csv' } });
    expect([response.status, response.headers.get('content-type'), response.text]).toEqual([
      200,
      'text/csv; charset=utf-8; header=present',
      '',
    ]);
  });

  test('is the same for pages, with a link to the next one', async () => {
    const ids = await submit(['paged', 'paged', 'paged'], '{}');
    const first = await get(`${server.url}/events?event_type=paged&limit=2`, { Accept: 'application/x-ndjson' });
    const link = nextLinkOf(first);
    const second = await get(`${server.url}${link}`, { Accept: 'application/x-ndjson' });
    expect(nextLinkOf(second)).toBeUndefined();
    const found = `${first.text}${second.text}`.trimEnd().split('\n');
    expect(found.map((line) => (JSON.parse(line) as Event).id)).toEqual(ids);
  });

  test('prevents spreadsheets from running an event type as a formula', async () => {
    await submit(['=1+1', '+cmd', '-x', '@sum', 'plain', '"=quoted"'], '{}');
    const { text } = await get(`${server.url}/events?start=2025-02-01T00:00:00Z&end=2025-02-01T00:00:59Z`, {
      Accept: 'text/csv',
    });
    const types = text.split('\r\n').map((row) => row.split(',')[1]);
    expect(types).toEqual(expect.arrayContaining(["'=1+1", "'+cmd", "'-x", "'@sum", 'plain', '"""=quoted"""']));
  });
});

describe('compression', () => {
  const INFLATE = { zstd: zstdDecompressSync, br: brotliDecompressSync, gzip: gunzipSync };

  test.each(Object.entries(INFLATE))(
    'with %s returns the same bytes, for a short and a long list',
    async (encoding, inflate) => {
      const type = `compressed.${encoding}`;
      for (const events of [20, 2_000]) {
        const lines = Array.from({ length: events }, (_, n) =>
          JSON.stringify({ event_type: type, timestamp: '2025-02-02T00:00:00Z', payload: { n } }),
        );
        await postLines(server.url, lines);
        const plain = await getRaw(`${server.url}/events?event_type=${type}`);
        const compressed = await getRaw(`${server.url}/events?event_type=${type}`, { 'Accept-Encoding': encoding });
        expect(plain.headers['content-encoding']).toBeUndefined();
        expect(compressed.headers['content-encoding']).toBe(encoding);
        expect(compressed.body.length).toBeLessThan(plain.body.length / 3);
        expect(inflate(compressed.body).equals(plain.body)).toBe(true);
      }
    },
  );

  test.each([
    ['gzip;q=0.5, br;q=0.9', 'br'],
    ['gzip, deflate, br, zstd', 'zstd'],
    ['GZIP', 'gzip'],
    ['br;q=0, gzip', 'gzip'],
    ['deflate', undefined],
    ['identity', undefined],
    ['gzip;q=0', undefined],
  ])('for Accept-Encoding: %s is %s', async (acceptEncoding, expected) => {
    await submit(
      Array.from({ length: 20 }, () => 'encodings'),
      '{"text":"enough for a thousand bytes"}',
    );
    const { headers } = await getRaw(`${server.url}/events?event_type=encodings`, {
      'Accept-Encoding': acceptEncoding,
    });
    expect(headers['content-encoding']).toBe(expected);
  });

  test('is not applied to a short list, which has a Content-Length', async () => {
    await submit(['short'], '{}');
    const { headers, body } = await getRaw(`${server.url}/events?event_type=short`, { 'Accept-Encoding': 'gzip' });
    expect(headers['content-encoding']).toBeUndefined();
    expect(headers['content-length']).toBe(String(body.length));
  });
});

describe('an export that is submitted again', () => {
  const EVENTS = byEffort({ quick: 5_000, full: 100_000, long: 100_000 });
  const BATCH = 10_000;

  /** Returns all events of a server as lines. */
  async function exportLines(from: InProcessServer): Promise<string> {
    return (await get(`${from.url}/events`, { Accept: 'application/x-ndjson', 'Accept-Encoding': 'identity' })).text;
  }

  async function importLines(to: InProcessServer, lines: readonly string[]): Promise<void> {
    for (let start = 0; start < lines.length; start += BATCH) {
      const { status, text } = await postLines(to.url, lines.slice(start, start + BATCH));
      if (status !== 200) throw new Error(`${status} ${text.slice(0, 200)}`);
    }
  }

  test('creates a store with the same export, byte for byte', { timeout: 60_000 }, async () => {
    const [one, other] = await Promise.all([startInProcess(), startInProcess()]);
    try {
      const lines = Array.from({ length: EVENTS }, (_, n) => {
        const timestamp = new Date(Date.UTC(2025, 0, 1) + (n % 5_000) * 1_000).toISOString();
        const payload = { z: n, a: [n / 3, `text ${n} "é😀"`, null], nested: { '10': true, b: {} } };
        return JSON.stringify({ event_type: `type.${n % 7}`, timestamp, payload });
      });
      await importLines(one, lines);
      const exported = await exportLines(one);
      expect(exported.split('\n')).toHaveLength(EVENTS + 1);
      await importLines(other, exported.trimEnd().split('\n').toReversed());
      expect((await exportLines(other)) === exported).toBe(true);
      // In the store of its origin, it changes nothing.
      await importLines(one, exported.trimEnd().split('\n').slice(0, BATCH));
      expect((await exportLines(one)) === exported).toBe(true);
    } finally {
      await Promise.all([one.stop(), other.stop()]);
    }
  });
});

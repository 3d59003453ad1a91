import { randomUUID } from 'node:crypto';
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import type { Event, JsonObject, JsonValue } from '@event-tracker/core';
import { byEffort } from '@event-tracker/event-store-conformance';
import { describe, expect, test } from 'vitest';
import { get, jsonOf } from '../support/client.ts';
import { openConnection } from '../support/connection.ts';
import { eventText, newEvent, postLines } from '../support/events.ts';
import { createRandom, type Random, SEED } from '../support/random.ts';
import { useServer } from '../support/use-server.ts';
import { parseResponses, type WireResponse } from '../support/wire.ts';

const server = useServer();

const REQUESTS = byEffort({ quick: 1_000, full: 10_000, long: 200_000 });
const REQUESTS_PER_CONNECTION = 250;

const COMPRESSIONS = { gzip: gzipSync, deflate: deflateSync, br: brotliCompressSync, zstd: zstdCompressSync };
const EVENT = eventText('random', '{"text":"é😀\\n","numbers":[0,-1.5,1e3],"nested":{"a":[null,true,{}]}}');
const VALID = [EVENT, `[${EVENT},${EVENT}]`, `${EVENT}\n${EVENT}\n`].map((text) => Buffer.from(text));
const TOKENS = [
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '"',
  '\\',
  '\\u',
  'd800',
  '0',
  '-',
  '1e',
  '.5',
  'true',
  'null',
  ' ',
  '\n',
];
const NAMES = ['"event_type"', '"timestamp"', '"payload"', '"id"', '"2025-01-01T12:00:00Z"', '"__proto__"'];

/** Returns random bytes, random JSON, or an almost valid event. */
function randomBody(random: Random): Buffer {
  switch (random.below(3)) {
    case 0:
      return random.bytes(random.below(200));
    case 1:
      return Buffer.from(Array.from({ length: random.below(60) }, () => random.pick([...TOKENS, ...NAMES])).join(''));
    default:
      return damaged(random.pick(VALID), random);
  }
}

/** Returns the bytes with a few changes. */
function damaged(bytes: Buffer, random: Random): Buffer {
  let result = bytes;
  for (let changes = random.below(4); changes > 0; changes--) {
    const at = random.below(result.length + 1);
    const inserted = random.bytes(random.below(3));
    result = Buffer.concat([result.subarray(0, at), inserted, result.subarray(at + random.below(3))]);
  }
  return result;
}

function randomRequest(random: Random, id: number): Buffer {
  const type = random.pick(['application/json', 'application/json', 'application/x-ndjson', 'application/jsonl']);
  const fields = ['POST /events HTTP/1.1', 'Host: a', `X-Request-Id: ${id}`, `Content-Type: ${type}`];
  let body = randomBody(random);
  if (random.below(4) === 0) {
    const encoding = random.pick(['gzip', 'deflate', 'br', 'zstd'] as const);
    body = damaged(COMPRESSIONS[encoding](body), random);
    fields.push(`Content-Encoding: ${encoding}`);
  }
  fields.push(`Content-Length: ${body.length}`);
  return Buffer.concat([Buffer.from(`${fields.join('\r\n')}\r\n\r\n`), body]);
}

/** Pipelines requests, and returns their responses. */
async function pipeline(requests: readonly Buffer[]): Promise<readonly WireResponse[]> {
  const connection = await openConnection(server.url);
  connection.write(Buffer.concat(requests));
  connection.write('GET /livez HTTP/1.1\r\nHost: a\r\nX-Request-Id: last\r\nConnection: close\r\n\r\n');
  expect(await connection.closed).toBe('end');
  const responses = parseResponses(connection.received());
  expect(responses.at(-1)?.fields.get('x-request-id')).toBe('last');
  return responses.slice(0, -1);
}

function acceptedBy({ status, body }: WireResponse): number {
  const { accepted = 0 } = JSON.parse(body) as { accepted?: number };
  return status === 201 ? 1 : accepted;
}

test(`responds to random bodies with 2xx or 4xx, in order, and stores acknowledged events (SEED=${SEED})`, {
  timeout: 600_000,
}, async () => {
  const random = createRandom(SEED);
  const statuses = new Map<number, number>();
  let accepted = 0;
  for (let sent = 0; sent < REQUESTS; sent += REQUESTS_PER_CONNECTION) {
    const ids = Array.from({ length: REQUESTS_PER_CONNECTION }, (_, i) => sent + i);
    const responses = await pipeline(ids.map((id) => randomRequest(random, id)));
    expect(responses.map(({ fields }) => Number(fields.get('x-request-id')))).toEqual(ids);
    for (const response of responses) {
      statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
      accepted += acceptedBy(response);
    }
  }
  expect([...statuses.keys()].toSorted()).toEqual([200, 201, 400]);
  expect(jsonOf<Event[]>(await get(`${server.url}/events`))).toHaveLength(accepted);
});

describe('payloads', () => {
  function randomText(random: Random): string {
    const pieces = ['a', '"', '\\', '\n', '\u0001', 'é', '€', '😀', '\u2028', '_', '0', '%', "'", '\uffff'];
    return Array.from({ length: random.below(8) }, () => random.pick(pieces)).join('');
  }

  function randomValue(random: Random, depth: number): JsonValue {
    switch (random.below(depth > 0 ? 7 : 5)) {
      case 0:
        return random.pick([null, true, false]);
      case 1:
        return random.below(2 ** 32) - 2 ** 31;
      case 2:
        return (random.below(2 ** 32) - 2 ** 31) * 10 ** (random.below(40) - 35);
      case 3:
      case 4:
        return randomText(random);
      case 5:
        return Array.from({ length: random.below(4) }, () => randomValue(random, depth - 1));
      default:
        return randomObject(random, depth - 1);
    }
  }

  function randomObject(random: Random, depth: number): JsonObject {
    const names = [...TOKENS, 'constructor', 'toString', '1', '00', ''];
    return Object.fromEntries(
      Array.from({ length: random.below(5) }, () => [
        random.below(2) ? random.pick(names) : randomText(random),
        randomValue(random, depth),
      ]),
    );
  }

  test(`of any form are returned unchanged (SEED=${SEED})`, async () => {
    const random = createRandom(SEED);
    const texts = Array.from({ length: 2_000 }, () => {
      const event = { id: randomUUID(), ...newEvent('round trip', randomObject(random, 4)) };
      return JSON.stringify(event);
    });
    expect((await postLines(server.url, texts)).status).toBe(200);
    // As text, without JSON.parse of the test.
    const { text } = await get(`${server.url}/events?event_type=round+trip`);
    expect(text).toBe(`[${texts.toSorted().join(',')}]\n`);
  });
});

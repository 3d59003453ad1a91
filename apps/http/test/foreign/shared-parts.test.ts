import { afterAll, beforeAll, expect, test } from 'vitest';
import { post, type TestResponse } from '../support/client.ts';
import { storedOf } from '../support/events.ts';
import { expectProblem } from '../support/problem.ts';
import { type ServedApp, serveApp } from '../support/serve-app.ts';

/* A resource, a scope and a context are stored with each event, so a small request can stand for very large events. */

const PROTOBUF = { 'Content-Type': 'application/x-protobuf' };
const TIME = '1754006400123456789';

let server: ServedApp;
beforeAll(async () => {
  server = await serveApp();
});
afterAll(() => server.close());

const sendJson = (resource: object, records: number) =>
  post(
    `${server.url}/v1/logs`,
    JSON.stringify({
      resourceLogs: [
        { resource, scopeLogs: [{ logRecords: Array(records).fill({ timeUnixNano: TIME, eventName: 'shared' }) }] },
      ],
    }),
  );
const resourceOf = (bytes: number) => ({ attributes: [{ key: 'a', value: { stringValue: 'x'.repeat(bytes) } }] });

/** Returns a field of the wire type "length-delimited". */
function field(number: number, content: Uint8Array): Buffer {
  const length: number[] = [];
  for (let rest = content.length; ; rest >>>= 7) {
    length.push(rest > 127 ? (rest & 127) | 128 : rest);
    if (rest <= 127) break;
  }
  return Buffer.concat([Uint8Array.of((number << 3) | 2, ...length), content]);
}

test.each([
  ['JSON', () => sendJson(resourceOf(100_000), 1_000)],
  [
    'protobuf',
    () => {
      const resource = field(1, field(1, field(1, Buffer.alloc(100_000, 'x'))));
      const records = Buffer.concat(Array(1_000).fill(field(2, Buffer.alloc(0))));
      return post(`${server.url}/v1/logs`, field(1, Buffer.concat([field(2, records), resource])), PROTOBUF);
    },
  ],
  [
    'a batch of messages',
    () =>
      post(
        `${server.url}/v1/batch`,
        JSON.stringify({
          context: { text: 'x'.repeat(100_000) },
          batch: Array(1_000).fill({ type: 'track', event: 'shared', timestamp: '2025-01-01T00:00:00Z' }),
        }),
      ),
  ],
] satisfies [string, () => Promise<TestResponse>][])(
  'refuses a large part that many items share: %s',
  async (_, send) => {
    const problem = expectProblem(await send(), 413, 'body_too_large');
    expect(problem.detail).toMatch(/^what the events share has at least \d+ bytes, .* at most 33554432 are allowed$/);
    expect(await storedOf(server.url, 'shared')).toHaveLength(0);
  },
);

test('accepts a resource of a few kilobytes in a large batch', async () => {
  expect((await sendJson(resourceOf(3_000), 10_000)).text).toBe('{}\n');
});

test('counts log records in protobuf before it keeps them', async () => {
  const records = Buffer.concat(Array(10_001).fill(field(2, Buffer.alloc(0))));
  const problem = expectProblem(
    await post(`${server.url}/v1/logs`, field(1, field(2, records)), PROTOBUF),
    413,
    'batch_too_large',
  );
  expect(problem).toMatchObject({ limit: 10_000, actual: 10_001 });
});

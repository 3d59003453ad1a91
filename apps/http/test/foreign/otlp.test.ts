import { afterAll, beforeAll, expect, test } from 'vitest';
import { jsonOf, post } from '../support/client.ts';
import { storedOf } from '../support/events.ts';
import { expectProblem } from '../support/problem.ts';
import { type ServedApp, serveApp } from '../support/serve-app.ts';

const PROTOBUF = { 'Content-Type': 'application/x-protobuf' };

let server: ServedApp;
beforeAll(async () => {
  server = await serveApp();
});
afterAll(() => server.close());

const send = (records: readonly unknown[], headers?: Record<string, string>) =>
  post(`${server.url}/v1/logs`, JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: records }] }] }), headers);
const record = (eventName: string, members: object = {}) => ({
  timeUnixNano: '1754006400123456789',
  eventName,
  ...members,
});

test('log records with the same content are stored each, and a request that is sent again is not', async () => {
  const records = [record('same'), record('same')];
  for (let i = 0; i < 2; i++) expect((await send(records)).text).toBe('{}\n');
  expect(await storedOf(server.url, 'same')).toHaveLength(2);
  expect((await send([...records, record('same')])).status).toBe(200);
  expect(await storedOf(server.url, 'same')).toHaveLength(5);
});

test('log records that are not valid are reported, and all others are stored', async () => {
  const bad = [record('partly', { timeUnixNano: 'x' }), record('partly', { body: { stringValue: '\0' } }), 1];
  const response = await send([record('partly'), ...bad, record('partly')]);
  expect(response.status).toBe(200);
  expect(jsonOf(response)).toEqual({
    partialSuccess: {
      rejectedLogRecords: '3',
      errorMessage: 'log record 1, /timeUnixNano: expected nanoseconds since 1970, as text; and 2 more',
    },
  });
  expect(await storedOf(server.url, 'partly')).toHaveLength(2);
});

test('a payload that is too large is reported for its record', async () => {
  const response = await send([record('large'), record('large', { body: { stringValue: 'x'.repeat(300_000) } })]);
  expect(jsonOf(response)).toMatchObject({ partialSuccess: { rejectedLogRecords: '1' } });
  expect(await storedOf(server.url, 'large')).toHaveLength(1);
});

test('protobuf gets a response in protobuf', async () => {
  const empty = await post(`${server.url}/v1/logs`, '', PROTOBUF);
  expect([empty.status, empty.headers.get('content-type'), empty.text]).toEqual([200, PROTOBUF['Content-Type'], '']);
  // A ResourceLogs with a ScopeLogs with an empty LogRecord, which has no time.
  const rejected = await post(`${server.url}/v1/logs`, Uint8Array.of(10, 4, 18, 2, 18, 0), PROTOBUF);
  expect([rejected.status, rejected.text]).toEqual([
    200,
    expect.stringContaining('timeUnixNano or observedTimeUnixNano is required'),
  ]);
  expectProblem(await post(`${server.url}/v1/logs`, Uint8Array.of(10, 4), PROTOBUF), 400, 'invalid_event');
});

test('a document that is not one is refused, naming the place', async () => {
  const bodies = ['[]', '{"resourceLogs":1}', '{"resourceLogs":[1]}', '{"resourceLogs":[{"scopeLogs":{}}]}'];
  const pointers = await Promise.all(
    bodies.map(
      async (body) =>
        expectProblem(await post(`${server.url}/v1/logs`, body), 400, 'invalid_event').errors?.[0]?.pointer,
    ),
  );
  expect(pointers).toEqual(['', '/resourceLogs', '/resourceLogs/0', '/resourceLogs/0/scopeLogs']);
  expect((await post(`${server.url}/v1/logs`, '{}')).text).toBe('{}\n');
});

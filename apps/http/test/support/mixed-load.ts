import { randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { expect } from 'vitest';
import { abortUpload } from './abort-upload.ts';
import { call } from './client.ts';
import { openConnection } from './connection.ts';
import { NOON, newEvent } from './events.ts';
import { bearer, KEY } from './keys.ts';

const BATCH = 200;
const SINGLE = 20;

/**
 * Sends requests of all kinds to a server with `KEY.admin`: single submits, batches, invalid requests, reads, exports,
 * aborted requests, deletions. The store has the same contents afterwards. Returns the number of requests.
 */
export async function sendMixedLoad(url: string): Promise<number> {
  const eventType = `mixed.${randomUUID()}`;
  const query = `event_type=${eventType}`;
  const authorized = bearer(KEY.admin);
  let requests = 0;

  async function request(
    status: number,
    method: string,
    path: string,
    headers: object = {},
    body?: string | Uint8Array,
  ) {
    requests++;
    const response = await call(method, url + path, { headers: { ...authorized, ...headers }, body });
    expect([path, response.status]).toEqual([path, status]);
    return response.text;
  }
  const submit = (status: number, body: string | Uint8Array, headers: object = {}) =>
    request(status, 'POST', '/events', { 'Content-Type': 'application/json', ...headers }, body);

  const event = { id: randomUUID(), ...newEvent(eventType, { n: 1 }) };
  const batch = Array.from({ length: BATCH }, (_, n) => newEvent(eventType, { n, text: 'x'.repeat(300) }));
  const lines = batch.map((one) => JSON.stringify(one)).join('\n');

  await Promise.all(Array.from({ length: SINGLE }, (_, n) => submit(201, JSON.stringify(newEvent(eventType, { n })))));
  await Promise.all([
    submit(200, lines, { 'Content-Type': 'application/x-ndjson' }),
    submit(200, gzipSync(JSON.stringify(batch)), { 'Content-Encoding': 'gzip' }),
    submit(201, JSON.stringify(event)),
  ]);
  await Promise.all([
    submit(200, JSON.stringify(event)),
    submit(409, JSON.stringify({ ...event, payload: { n: 2 } })),
    submit(400, '{'),
    submit(400, JSON.stringify(newEvent(eventType, {}, 'yesterday'))),
    submit(413, JSON.stringify(newEvent(eventType, { text: 'x'.repeat(300_000) }))),
    submit(415, 'x', { 'Content-Type': 'text/plain' }),
    request(401, 'GET', '/events', { Authorization: 'Bearer wrong' }),
    request(404, 'GET', `/events/${randomUUID()}`),
    request(404, 'GET', `/${eventType}`),
    request(405, 'PUT', '/events'),
    request(200, 'GET', `/events/${event.id}`),
    request(200, 'GET', `/events?${query}&limit=10`),
    request(200, 'GET', `/events?${query}`),
    request(200, 'GET', `/events?${query}`, { Accept: 'application/x-ndjson', 'Accept-Encoding': 'gzip' }),
    request(200, 'GET', `/events?${query}`, { Accept: 'text/csv', 'Accept-Encoding': 'zstd' }),
    request(200, 'GET', `/events?payload.n=1&end=${NOON}`, { 'Accept-Encoding': 'br' }),
    request(200, 'GET', `/stats?${query}&interval=1d&group_by=payload.n`),
    request(200, 'GET', '/event-types'),
    request(200, 'GET', '/readyz'),
    request(200, 'GET', '/openapi.json', { 'Accept-Encoding': 'gzip' }),
  ]);
  const fields = `Authorization: ${authorized.Authorization}\r\n`;
  await Promise.all([0, 1, 2].map((kind) => abortUpload(url, kind, fields)));
  await Promise.all(
    ['identity', 'gzip'].map((encoding) => abandonExport(url, `${fields}Accept-Encoding: ${encoding}`)),
  );
  requests += 5;
  await request(204, 'DELETE', `/events/${event.id}`);
  expect(await request(200, 'DELETE', `/events?${query}`)).toBe(`{"deleted":${2 * BATCH + SINGLE}}\n`);
  return requests;
}

/** Starts an export and disconnects. */
async function abandonExport(url: string, fields: string): Promise<void> {
  const connection = await openConnection(url);
  connection.write(`GET /events HTTP/1.1\r\nHost: a\r\n${fields}\r\n\r\n`);
  await connection.until((text) => text.includes('\r\n\r\n'));
  connection.socket.resetAndDestroy();
  await connection.closed;
}

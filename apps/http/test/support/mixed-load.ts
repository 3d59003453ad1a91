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
 * Sends a little of everything to a server with `KEY.admin`: submits, batches, what is refused, reads, exports, those that
 * are left half-way, removals. In the end the store is as it was. Answers how many requests that were.
 */
export async function sendMixedLoad(url: string): Promise<number> {
  const eventType = `mixed.${randomUUID()}`;
  const query = `event_type=${eventType}`;
  const authorized = bearer(KEY.admin);
  let requests = 0;

  async function ask(status: number, method: string, path: string, headers: object = {}, body?: string | Uint8Array) {
    requests++;
    const response = await call(method, url + path, { headers: { ...authorized, ...headers }, body });
    expect([path, response.status]).toEqual([path, status]);
    return response.text;
  }
  const submit = (status: number, body: string | Uint8Array, headers: object = {}) =>
    ask(status, 'POST', '/events', { 'Content-Type': 'application/json', ...headers }, body);

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
    ask(401, 'GET', '/events', { Authorization: 'Bearer wrong' }),
    ask(404, 'GET', `/events/${randomUUID()}`),
    ask(404, 'GET', `/${eventType}`),
    ask(405, 'PUT', '/events'),
    ask(200, 'GET', `/events/${event.id}`),
    ask(200, 'GET', `/events?${query}&limit=10`),
    ask(200, 'GET', `/events?${query}`),
    ask(200, 'GET', `/events?${query}`, { Accept: 'application/x-ndjson', 'Accept-Encoding': 'gzip' }),
    ask(200, 'GET', `/events?${query}`, { Accept: 'text/csv', 'Accept-Encoding': 'zstd' }),
    ask(200, 'GET', `/events?payload.n=1&end=${NOON}`, { 'Accept-Encoding': 'br' }),
    ask(200, 'GET', `/stats?${query}&interval=1d&group_by=payload.n`),
    ask(200, 'GET', '/event-types'),
    ask(200, 'GET', '/readyz'),
    ask(200, 'GET', '/openapi.json', { 'Accept-Encoding': 'gzip' }),
  ]);
  const fields = `Authorization: ${authorized.Authorization}\r\n`;
  await Promise.all([0, 1, 2].map((kind) => abortUpload(url, kind, fields)));
  await Promise.all(
    ['identity', 'gzip'].map((encoding) => abandonExport(url, `${fields}Accept-Encoding: ${encoding}`)),
  );
  requests += 5;
  await ask(204, 'DELETE', `/events/${event.id}`);
  expect(await ask(200, 'DELETE', `/events?${query}`)).toBe(`{"deleted":${2 * BATCH + SINGLE}}\n`);
  return requests;
}

/** Begins an export and leaves. */
async function abandonExport(url: string, fields: string): Promise<void> {
  const connection = await openConnection(url);
  connection.write(`GET /events HTTP/1.1\r\nHost: a\r\n${fields}\r\n\r\n`);
  await connection.until((text) => text.includes('\r\n\r\n'));
  connection.socket.resetAndDestroy();
  await connection.closed;
}

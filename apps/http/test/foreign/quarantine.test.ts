import { randomUUID } from 'node:crypto';
import type { Event } from '@event-tracker/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { get, jsonOf, post } from '../support/client.ts';
import { NOON } from '../support/events.ts';
import { type ServedApp, serveApp } from '../support/serve-app.ts';

/* INGEST_INVALID=quarantine */

let server: ServedApp;
beforeAll(async () => {
  server = await serveApp({ config: { quarantinesInvalid: true } });
});
afterAll(() => server.close());

const send = (path: string, body: unknown, type = 'application/json') =>
  post(`${server.url}${path}`, JSON.stringify(body), { 'Content-Type': type });
const stored = async (type: string) => jsonOf<readonly Event[]>(await get(`${server.url}/events?event_type=${type}`));

test('an item that is not an event is quarantined as it was sent, also when it is sent again', async () => {
  const good = { type: 'track', event: 'bought', messageId: 'a', userId: 'u', timestamp: NOON };
  const bad = { type: 'track', event: 'bought', messageId: 'b', userId: 'u' };
  const sent = (sentAt: string) => ({ sentAt, batch: [good, { ...bad, sentAt, writeKey: 'secret' }] });
  for (let i = 0; i < 2; i++) expect((await send('/v1/batch', sent(`${i}`))).status).toBe(200);
  expect(await stored('bought')).toHaveLength(1);
  const records = await stored('quarantine.unknown');
  expect(JSON.stringify(records)).not.toContain('secret');
  expect(records.map(({ payload }) => payload)).toMatchObject([
    { protocol: 'segment', event: bad, problems: [{ pointer: '/timestamp', code: 'required' }] },
  ]);
});

test('an item that is an invalid event is quarantined under its type', async () => {
  const cloudEvent = (time: string) => ({ specversion: '1.0', id: time, source: '/shop', type: 'paid', time });
  const batch = [cloudEvent(NOON), cloudEvent('yesterday')];
  const response = await send('/events', batch, 'application/cloudevents-batch+json');
  expect([response.status, jsonOf(response)]).toMatchObject([200, { accepted: 1, quarantined_indexes: [1] }]);
  const [record] = await stored('quarantine.paid');
  expect(record?.payload).toMatchObject({
    protocol: 'cloudevents',
    event: { event_type: 'paid', timestamp: 'yesterday' },
    problems: [{ pointer: '/timestamp', code: 'invalid_timestamp' }],
  });
});

test('a protocol that reports each event reports a quarantined one as accepted', async () => {
  const item = (timestamp: string) => ({
    event: 'seen',
    uuid: randomUUID(),
    distinct_id: 'u',
    timestamp,
    properties: {},
  });
  const response = await send('/i/v1/analytics/events', { created_at: NOON, batch: [item(NOON), item('x')] });
  expect(Object.values(jsonOf<{ results: object }>(response).results)).toMatchObject([
    { result: 'ok' },
    { result: 'ok' },
  ]);
  expect(await stored('quarantine.seen')).toHaveLength(1);
});

test('events that are valid but in conflict are still refused', async () => {
  const item = (n: number) => ({ type: 'track', event: 'twice', messageId: 'c', timestamp: NOON, properties: { n } });
  expect((await send('/v1/batch', { batch: [item(1)] })).status).toBe(200);
  expect((await send('/v1/batch', { batch: [item(2)] })).status).not.toBe(200);
  expect(await stored('twice')).toHaveLength(1);
});

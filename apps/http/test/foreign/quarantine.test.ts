import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { jsonOf, post } from '../support/client.ts';
import { NOON, storedOf } from '../support/events.ts';
import { expectProblem } from '../support/problem.ts';
import { type ServedApp, serveApp } from '../support/serve-app.ts';

/** A server with `INGEST_INVALID=quarantine`. */
let server: ServedApp;
beforeAll(async () => {
  server = await serveApp({ config: { quarantinesInvalid: true } });
});
afterAll(() => server.close());

const send = (path: string, body: unknown, type = 'application/json', headers: Record<string, string> = {}) =>
  post(`${server.url}${path}`, JSON.stringify(body), { 'Content-Type': type, ...headers });
const stored = (type: string) => storedOf(server.url, type);

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

test('an event whose name begins with the reserved prefix is quarantined, and does not hold up the others', async () => {
  const batch = ['quarantine.begun', 'noted'].map((event) => ({
    type: 'track',
    event,
    messageId: event,
    timestamp: NOON,
  }));
  expect((await send('/v1/batch', { batch })).status).toBe(200);
  expect(await stored('noted')).toHaveLength(1);
  expect((await stored('quarantine.quarantine.begun')).map(({ payload }) => payload)).toMatchObject([
    { protocol: 'segment', problems: [{ pointer: '/event_type', code: 'reserved_event_type' }] },
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

describe('the preference of a client', () => {
  const BATCH = 'application/cloudevents-batch+json';
  const cloudEvents = (type: string) =>
    [NOON, 'yesterday', undefined].map((time) => ({ specversion: '1.0', id: `${time}`, source: '/shop', type, time }));
  const messages = (event: string) => ({
    batch: [NOON, 'x'].map((timestamp) => ({ type: 'track', event, messageId: timestamp, timestamp })),
  });

  test('for quarantine applies on a server that refuses events', async () => {
    const refusing = await serveApp();
    const lenient = { Prefer: 'handling=lenient' };
    const sendTo = (path: string, body: unknown, headers: Record<string, string>) =>
      post(`${refusing.url}${path}`, JSON.stringify(body), headers);
    const batch = await sendTo('/events', cloudEvents('lenient'), { 'Content-Type': BATCH, ...lenient });
    expect([batch.status, batch.headers.get('preference-applied'), jsonOf(batch)]).toMatchObject([
      200,
      'handling=lenient',
      { accepted: 1, quarantined_indexes: [1, 2] },
    ]);
    const segment = await sendTo('/v1/batch', messages('lenient'), lenient);
    expect([segment.status, segment.headers.get('preference-applied')]).toEqual([200, 'handling=lenient']);
    expect(await storedOf(refusing.url, 'lenient')).toHaveLength(2);
    expect(await storedOf(refusing.url, 'quarantine.lenient')).toHaveLength(2);
    expectProblem(await sendTo('/v1/batch', messages('lenient'), {}), 400, 'invalid_event');
    refusing.close();
  });

  test('for a refusal applies on a server that quarantines events', async () => {
    const strict = { Prefer: 'handling=strict' };
    expectProblem(await send('/events', cloudEvents('strict'), BATCH, strict), 400, 'invalid_event');
    expectProblem(await send('/v1/batch', messages('strict'), 'application/json', strict), 400, 'invalid_event');
    expect(await stored('strict')).toEqual([]);
  });
});

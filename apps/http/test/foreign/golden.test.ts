import { readFileSync } from 'node:fs';
import type { Event } from '@event-tracker/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { INGEST_PROTOCOLS } from '../../src/app/ingest/protocols.ts';
import { parseKeys } from '../../src/auth/parse-keys.ts';
import { call, get, jsonOf, type TestResponse } from '../support/client.ts';
import { bearer, KEY, makeKey } from '../support/keys.ts';
import { expectProblem } from '../support/problem.ts';
import { type ServedApp, serveApp } from '../support/serve-app.ts';

/* Requests as the libraries of other systems sent them, recorded byte by byte. */

interface GoldenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Base64. */
  readonly body: string;
}

const GOLDEN = JSON.parse(readFileSync(new URL('golden-requests.json', import.meta.url), 'utf8')) as Readonly<
  Record<string, readonly GoldenRequest[]>
>;

/** The key in the recordings. */
const CLIENT_KEY = makeKey('client', 'write', 'etk_secret');
const PAGE = 'http://localhost:7392';
const AUGUST = ['2025-08-01T00:00:00.1Z', '2025-08-01T00:00:01.101Z', '2025-08-01T00:00:02.102Z'];

interface Expected {
  readonly protocol: string;
  /** The timestamps of the events that the recording program gave a time. */
  readonly timestamps: readonly string[];
  /** The types of all events, in the order of the requests. */
  readonly types: readonly string[];
  /** True if the library itself sends no key: then one is added. */
  readonly isWithoutKey?: boolean;
  readonly payload: object;
}

const OTLP: Expected = {
  protocol: 'otlp',
  timestamps: [0, 1, 2].map((second) => `2025-08-01T00:00:0${second}.123456789Z`),
  types: ['otlp.test', 'otlp.test', 'otlp.test'],
  payload: {
    severityNumber: 9,
    severityText: 'INFO',
    body: 'hi',
    attributes: { i: 0, f: 1.5, list: ['a', 'b'], nested: { a: true }, bytes: 'AQID' },
    resource: { attributes: { 'telemetry.sdk.language': 'nodejs' } },
    scope: { name: 'my-scope', version: '1.0' },
  },
};

const EXPECTED: Readonly<Record<string, Expected>> = {
  cloudevents: {
    protocol: 'cloudevents',
    timestamps: AUGUST.slice(0, 2).flatMap((time) => [time, time]),
    types: ['ce.test', 'ce.test', 'ce.test', 'ce.test'],
    isWithoutKey: true,
    payload: { source: '/shop', subject: 's', data: { i: 0, text: 'é' } },
  },
  '@segment/analytics-node': {
    protocol: 'segment',
    timestamps: AUGUST,
    types: ['seg.test', 'seg.test', 'seg.test', 'identify', 'page'],
    payload: { type: 'track', userId: 'u', properties: { i: 0 } },
  },
  '@segment/analytics-next': {
    protocol: 'segment',
    timestamps: ['2025-08-01T00:00:00Z'],
    types: ['segjs.test', 'identify', 'page'],
    payload: { type: 'track', userId: null, properties: { i: 1 } },
  },
  '@rudderstack/rudder-sdk-node': {
    protocol: 'segment',
    timestamps: AUGUST,
    types: ['rud.test', 'rud.test', 'rud.test', 'identify'],
    payload: { type: 'track', userId: 'u', channel: 'server', properties: { i: 0 } },
  },
  'posthog-node': {
    protocol: 'posthog',
    timestamps: AUGUST,
    types: ['ph.test', 'ph.test', 'ph.test'],
    payload: { distinct_id: 'u', properties: { i: 0 } },
  },
  'posthog-node-v1': {
    protocol: 'posthog',
    timestamps: AUGUST,
    types: ['ph.test', 'ph.test', 'ph.test'],
    payload: { distinct_id: 'u', options: {}, properties: { i: 0 } },
  },
  'posthog-js': {
    protocol: 'posthog',
    timestamps: ['2025-08-01T00:00:00Z', '2025-08-01T00:00:01Z', '2025-08-01T00:00:02Z'],
    types: ['phjs.test', 'phjs.test', 'phjs.test', 'phjs.leave'],
    payload: { properties: { i: 0 } },
  },
  '@opentelemetry/exporter-logs-otlp-http': OTLP,
  '@opentelemetry/exporter-logs-otlp-proto': OTLP,
  '@snowplow/node-tracker': {
    protocol: 'snowplow',
    timestamps: ['2025-08-01T00:00:01.101Z', '2025-08-01T00:00:03.103Z'],
    types: ['page_view', 'se_add', 'thing_done', 'thing_done'],
    isWithoutKey: true,
    payload: { e: 'pv', aid: 'app', co: [{ schema: 'iglu:com.acme/ctx/jsonschema/1-0-0', data: { a: 1 } }] },
  },
  '@snowplow/browser-tracker': {
    protocol: 'snowplow',
    timestamps: [],
    types: ['page_view', 'se_add', 'thing'],
    isWithoutKey: true,
    payload: { e: 'pv', aid: 'a', url: `${PAGE}/` },
  },
};

test('every recording has its events here', () => {
  expect(Object.keys(GOLDEN)).toEqual(Object.keys(EXPECTED));
});

describe.each(Object.entries(EXPECTED))('%s', (client, { protocol, timestamps, types, isWithoutKey, payload }) => {
  let server: ServedApp;
  const stored = async () => jsonOf<readonly Event[]>(await get(`${server.url}/events`, bearer(KEY.read)));
  const send = (request: GoldenRequest, headers: Record<string, string> = {}): Promise<TestResponse> =>
    call(request.method, server.url + request.path, {
      headers: { ...(isWithoutKey && bearer(CLIENT_KEY)), ...request.headers, ...headers },
      body: request.body === '' ? undefined : Buffer.from(request.body, 'base64'),
    });
  const requests = GOLDEN[client] ?? [];

  beforeAll(async () => {
    const keys = parseKeys([{ setting: 'KEY', unit: 'line', lines: [CLIENT_KEY.line, KEY.read.line] }]);
    server = await serveApp({ keys, config: { ingest: INGEST_PROTOCOLS, corsOrigins: [PAGE] } });
  });
  afterAll(() => server.close());

  test('has every event stored once, with its time, also when all is sent again', async () => {
    for (const request of [...requests, ...requests]) expect((await send(request)).status, request.path).toBe(200);
    const events = await stored();
    expect(events.map((event) => event.event_type).sort()).toEqual([...types].sort());
    const atThoseTimes = events.filter((event) => event.timestamp.startsWith('2025-08-01'));
    expect(atThoseTimes.map((event) => event.timestamp)).toEqual(timestamps);
    expect((atThoseTimes[0] ?? events[0])?.payload).toMatchObject(payload);
    expect(JSON.stringify(events)).not.toContain('etk_secret');
  });

  test('sends to a path with a slash at its end as well as without', async () => {
    const [request] = requests;
    if (!request || protocol === 'cloudevents') return;
    const path = request.path.endsWith('/') ? request.path.slice(0, -1) : `${request.path}/`;
    expect((await send({ ...request, path })).status).toBe(200);
  });

  test('with a wrong key is refused', async () => {
    for (const request of requests) {
      const body = Buffer.from(request.body, 'base64');
      const wrong = { ...request, body: (await withOtherKey(body)).toString('base64') };
      const isInHeader = isWithoutKey || request.headers.authorization !== undefined;
      expectProblem(await send(wrong, isInHeader ? { authorization: 'Bearer wrong' } : {}), 401, 'unauthorized');
    }
  });

  test('is not accepted if INGEST does not list its protocol', async () => {
    const off = await serveApp({ config: { ingest: [] } });
    const [{ method, path, headers, body } = requests[0] as GoldenRequest] = requests;
    const response = await call(method, off.url + path, { headers: { ...headers }, body: Buffer.from(body, 'base64') });
    expect(response.status).toBe(protocol === 'cloudevents' ? 400 : 404);
    off.close();
  });
});

/** Returns a body with another key in it, and with the same compression. */
async function withOtherKey(body: Buffer): Promise<Buffer> {
  const { gunzipSync, gzipSync } = await import('node:zlib');
  const isGzip = body[0] === 0x1f;
  const text = (isGzip ? gunzipSync(body) : body).toString('latin1').replaceAll('etk_secret', 'etk_wrong!');
  const other = Buffer.from(text, 'latin1');
  return isGzip ? gzipSync(other) : other;
}

import { randomUUID } from 'node:crypto';
import { PROBLEMS, type ProblemCode } from '@event-tracker/http-contract';
import { type Call, call, type TestResponse } from '../support/client.ts';
import { exchange } from '../support/connection.ts';
import { NOON } from '../support/events.ts';
import { bearer, KEY } from '../support/keys.ts';
import { parseResponses } from '../support/wire.ts';
import { type DescribedOperation, scopeOf } from './open-api-document.ts';
import type { ServerName, Servers } from './servers.ts';

/* For every operation, by its id, requests that cause each of the described responses. */

/** A request of an operation: its differences from a request to the operation's path. */
export interface Request extends Call {
  readonly server?: ServerName;
  /** Replaces the operation's path. */
  readonly path?: string;
  readonly query?: string;
  /** Header lines that no client library would send. */
  readonly raw?: string;
  /** The version of HTTP, with `raw`. Default: 1.1. */
  readonly httpVersion?: string;
}

/** Requests by the problem that they cause. */
type Refused = Partial<Record<ProblemCode, Request>>;

const JSON_TYPE = { 'Content-Type': 'application/json' };

const LENIENT = { ...JSON_TYPE, Prefer: 'handling=lenient' };

const STORED_ID = randomUUID();
const DELETED_ID = randomUUID();
/** Events that are stored before the first request. */
export const STORED_EVENTS = [
  { id: STORED_ID, event_type: 'login', timestamp: NOON, payload: {} },
  { id: DELETED_ID, event_type: 'login', timestamp: NOON, payload: {} },
  // Enough types that every list is long enough to be compressed.
  ...Array.from({ length: 20 }, (_, i) => ({ event_type: `${'x'.repeat(100)}${i}`, timestamp: NOON, payload: {} })),
];
const STORED_EVENT = JSON.stringify(STORED_EVENTS[0]);
const EVENT = JSON.stringify({ id: randomUUID(), event_type: 'logout', timestamp: NOON, payload: {} });

const CLOUD_EVENT = JSON.stringify({ specversion: '1.0', id: 'a', source: '/a', type: 'login', time: NOON });

/** Default values for the parameters of a path. */
const PATH_PARAMETERS: Readonly<Record<string, string>> = {
  id: STORED_ID,
  code: 'internal',
  event_type: 'login',
  call: 'batch',
  file: 'page.js',
};

function submit(body: string, more: Request = {}): Request {
  return { body, headers: JSON_TYPE, ...more };
}

/** A filter that no event matches. */
const NOTHING = '?payload.nothing=here';

/** Further parameters of an operation for a test of one parameter: a filter, so that stored events are kept. */
export const FURTHER_PARAMETERS: Readonly<Record<string, string>> = { deleteEvents: NOTHING.replace('?', '&') };

/** The members of an event, from which the document of each protocol is made. */
interface EventMembers {
  readonly id: string;
  readonly event_type?: string;
  readonly timestamp?: string;
  readonly payload?: object;
}
const EVENT_MEMBERS: EventMembers = { id: randomUUID(), event_type: 'logout', timestamp: NOON };
const OTHER_MEMBERS: EventMembers = { ...EVENT_MEMBERS, id: randomUUID() };

function segmentBatch(...events: readonly EventMembers[]): string {
  const batch = events.map(({ id, event_type, timestamp, payload }) => ({
    type: 'track',
    messageId: id,
    event: event_type,
    timestamp,
    ...payload,
  }));
  return JSON.stringify({ batch });
}

function posthogBatch(...events: readonly EventMembers[]): string {
  const batch = events.map(({ id, event_type, timestamp, payload }) => ({
    uuid: id,
    event: event_type,
    timestamp,
    ...payload,
  }));
  return JSON.stringify({ batch });
}

function otlpLogs(...events: readonly EventMembers[]): string {
  const logRecords = events.map(({ event_type }) => ({ timeUnixNano: '1735732800000000000', eventName: event_type }));
  return JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] });
}

function snowplowData(...events: readonly EventMembers[]): string {
  return JSON.stringify({
    data: events.map(({ event_type, payload }) => ({ e: 'pv', dtm: event_type && '1735732800000', ...payload })),
  });
}

const SNOWPLOW_QUERY = '?e=pv&dtm=1735732800000';

/** Problems after which a tracker would send the same again without end are `invalid_event` there. */
const OTHERWISE_IN_SNOWPLOW: ReadonlySet<string> = new Set<ProblemCode>([
  'event_id_conflict',
  'body_too_large',
  'payload_too_large',
  'batch_too_large',
  'unsupported_media_type',
  'unsupported_encoding',
]);

const POSTHOG_OPERATIONS = ['ingestPostHogBatch', 'ingestPostHogCapture', 'ingestPostHogE', 'ingestPostHogI0'];

/** The problems of a submit in the format of another system. */
function refusedInFormat(documentOf: (...events: readonly EventMembers[]) => string): Refused {
  const body = documentOf(EVENT_MEMBERS);
  return {
    ...LIMITED,
    malformed_json: submit('{'),
    digest_mismatch: submit(body, { headers: { ...JSON_TYPE, 'Content-Digest': 'sha-256=:AAAA:' } }),
    invalid_encoding: submit('x', { headers: { ...JSON_TYPE, 'Content-Encoding': 'gzip' } }),
    invalid_event: submit(documentOf({ id: randomUUID() })),
    outside_retention: submit(body, { server: 'forgetful' }),
    schema_violation: submit(body, { server: 'checking' }),
    event_id_conflict: submit(documentOf({ ...EVENT_MEMBERS, id: STORED_ID })),
    body_too_large: submit(' '.repeat(201), { server: 'small' }),
    payload_too_large: submit(documentOf({ ...EVENT_MEMBERS, payload: { text: 'x'.repeat(20) } }), { server: 'small' }),
    batch_too_large: submit('{"batch":[1,2]}', { server: 'small' }),
    unsupported_media_type: submit(body, { headers: { 'Content-Type': 'application/xml' } }),
    unsupported_encoding: submit(body, { headers: { ...JSON_TYPE, 'Content-Encoding': 'snappy' } }),
    overloaded: submit(body, { server: 'crowded' }),
    store_full: submit(body, { server: 'full' }),
    ...fromStore(submit(body)),
  };
}

/** The same of a protocol that reports the problems of single events in its reply. */
function refusedAsWhole(documentOf: (...events: readonly EventMembers[]) => string): Refused {
  const { outside_retention, schema_violation, event_id_conflict, payload_too_large, ...others } =
    refusedInFormat(documentOf);
  return { ...others, invalid_event: submit('[]') };
}

/** For each operation, requests that cause each response except problems. */
export const SERVED: Record<string, readonly Request[]> = {
  submitEvents: [
    submit(EVENT, { headers: { ...JSON_TYPE, Prefer: 'handling=strict' } }),
    submit(EVENT),
    submit(`[${EVENT}]`),
    submit(`${EVENT}\n`, { headers: { 'Content-Type': 'application/x-ndjson' } }),
    submit(`${EVENT}\n`, { headers: { 'Content-Type': 'application/jsonl' } }),
    ...['{}', '{}', '[{}]'].map((body) => submit(body, { server: 'checking', headers: LENIENT })),
    submit(CLOUD_EVENT, { headers: { 'Content-Type': 'application/cloudevents+json' } }),
    submit(`[${CLOUD_EVENT}]`, { headers: { 'Content-Type': 'application/cloudevents-batch+json' } }),
  ],
  ingestSnowplow: [submit(snowplowData(EVENT_MEMBERS), { headers: LENIENT })],
  ingestSnowplowPixel: [{ query: SNOWPLOW_QUERY, headers: { Prefer: 'handling=lenient' } }],
  ingestOtlpLogs: [
    submit(otlpLogs(EVENT_MEMBERS), { headers: LENIENT }),
    submit('', { headers: { 'Content-Type': 'application/x-protobuf' } }),
  ],
  ingestSegment: [submit(segmentBatch(EVENT_MEMBERS), { headers: LENIENT })],
  ...Object.fromEntries(
    [...POSTHOG_OPERATIONS, 'ingestPostHogV1'].map((id) => [
      id,
      [submit(posthogBatch(OTHER_MEMBERS), { headers: LENIENT })],
    ]),
  ),
  queryEvents: [
    {},
    { query: '?limit=1' },
    { headers: { Accept: 'application/x-ndjson' } },
    { headers: { Accept: 'application/jsonl' } },
    { headers: { Accept: 'text/csv' } },
    { headers: { Accept: 'application/cloudevents-batch+json' } },
    { query: '?format=csv&columns=id,payload.a.b' },
    { query: '?order=arrival' },
    { headers: { Accept: 'text/event-stream' } },
    { headers: { 'Accept-Encoding': 'gzip' } },
  ],
  deleteEvents: [{ query: NOTHING }, { query: `${NOTHING}&dry_run=true` }],
  deleteEvent: [{ path: `/events/${DELETED_ID}` }],
  getEvent: [{}, { headers: { Accept: 'application/cloudevents+json' } }, { headers: { 'If-None-Match': '*' } }],
  getSchemas: [{}],
  getSchema: [{ server: 'checking' }],
  replayQuarantined: [{ query: '?dry_run=true' }, { query: '?event_type=quarantine.nothing' }],
  queryStats: [
    {},
    { query: '?interval=1d&group_by=event_type' },
    { query: '?format=csv' },
    { query: '?interval=1h&top=1&start=2025-01-01T00:00:00Z&end=2025-01-31T00:00:00Z' },
  ],
  queryEventTypes: [{}, { headers: { Accept: 'text/csv' } }],
  getLiveness: [{}],
  getReadiness: [{}],
  getMetrics: [{}, { headers: { 'Accept-Encoding': 'gzip' } }],
  getProblem: Object.keys(PROBLEMS).map((code) => ({ path: `/problems/${code}` })),
  getOpenApi: [{}, { headers: { 'If-None-Match': '*' } }],
  getDocs: [{}, { headers: { 'If-None-Match': '*' } }],
  getDocsFile: [
    ...['page.css', 'page.js', 'swagger-ui.css', 'swagger-ui-bundle.js'].map((file) => ({ path: `/docs/${file}` })),
    { headers: { 'If-None-Match': '*' } },
  ],
};

/** Events that exceed a response with a length. */
export const LONG_EVENTS = Array.from({ length: 6 }, (_, i) => ({
  event_type: 'long',
  timestamp: NOON,
  payload: { i, text: 'x'.repeat(200_000) },
}));

/** A query parameter that no operation has. */
export const UNKNOWN: Request = { query: '?unknown=1' };
const RAW_HEADERS = 'Host: a\r\nConnection: close\r\n';

/** Problems that every operation has. */
export const REFUSED_BY_ALL: Refused = {
  invalid_query: UNKNOWN,
  bad_request: { raw: `${RAW_HEADERS}Host: b\r\n\r\n` },
  misdirected_request: { server: 'private', raw: `${RAW_HEADERS}\r\n` },
  unsupported_transfer_encoding: { raw: `${RAW_HEADERS}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n` },
  expectation_failed: { raw: `${RAW_HEADERS}Expect: a miracle\r\n\r\n` },
  headers_too_large: { raw: `${RAW_HEADERS}X: ${'x'.repeat(70_000)}\r\n\r\n` },
  request_timeout: { server: 'impatient', raw: 'Host: a\r\n' },
};
const LIMITED: Refused = { rate_limited: { server: 'limited' } };
const fromStore = (request: Request = {}): Refused => ({
  store_unavailable: { ...request, server: 'unavailable' },
  store_timeout: { ...request, server: 'slow' },
  internal: { ...request, server: 'broken' },
});
const FROM_STORE = fromStore();
const NEGOTIATED: Refused = { not_acceptable: { headers: { Accept: 'image/png' } } };

/** For each operation, the requests that cause its problems. */
export const REFUSED: Record<string, Refused> = {
  ingestSnowplow: Object.fromEntries(
    Object.entries(refusedInFormat(snowplowData)).filter(([code]) => !OTHERWISE_IN_SNOWPLOW.has(code)),
  ),
  ingestSnowplowPixel: {
    ...LIMITED,
    invalid_event: { query: '?e=pv' },
    outside_retention: { query: SNOWPLOW_QUERY, server: 'forgetful' },
    schema_violation: { query: SNOWPLOW_QUERY, server: 'checking' },
    overloaded: { query: SNOWPLOW_QUERY, server: 'busy' },
    store_full: { query: SNOWPLOW_QUERY, server: 'full' },
    ...fromStore({ query: SNOWPLOW_QUERY }),
  },
  ingestOtlpLogs: {
    ...refusedAsWhole(otlpLogs),
    batch_too_large: submit(otlpLogs(EVENT_MEMBERS, EVENT_MEMBERS), { server: 'small' }),
  },
  ingestSegment: { ...refusedInFormat(segmentBatch), not_found: { ...submit('{}'), path: '/v1/unknown' } },
  ...Object.fromEntries(POSTHOG_OPERATIONS.map((id) => [id, refusedInFormat(posthogBatch)])),
  ingestPostHogV1: refusedAsWhole(posthogBatch),
  submitEvents: {
    ...LIMITED,
    malformed_json: submit('{'),
    digest_mismatch: submit(EVENT, { headers: { ...JSON_TYPE, 'Content-Digest': 'sha-256=:AAAA:' } }),
    invalid_encoding: submit('x', { headers: { ...JSON_TYPE, 'Content-Encoding': 'gzip' } }),
    invalid_event: submit('{}'),
    outside_retention: submit(EVENT, { server: 'forgetful' }),
    schema_violation: submit(EVENT, { server: 'checking' }),
    event_id_conflict: submit(STORED_EVENT.replace('{}', '{"other":true}')),
    body_too_large: submit(' '.repeat(201), { server: 'small' }),
    payload_too_large: submit(EVENT.replace('{}', `{"text":"${'x'.repeat(20)}"}`), { server: 'small' }),
    batch_too_large: submit('[1,2]', { server: 'small' }),
    unsupported_media_type: submit(EVENT, { headers: { 'Content-Type': 'text/plain' } }),
    unsupported_encoding: submit(EVENT, { headers: { ...JSON_TYPE, 'Content-Encoding': 'snappy' } }),
    overloaded: submit(EVENT, { server: 'crowded' }),
    store_unavailable: submit(EVENT, { server: 'unavailable' }),
    store_full: submit(EVENT, { server: 'full' }),
    store_timeout: submit(EVENT, { server: 'slow' }),
    internal: submit(EVENT, { server: 'broken' }),
  },
  queryEvents: {
    ...LIMITED,
    ...FROM_STORE,
    ...NEGOTIATED,
    invalid_cursor: { query: '?cursor=x' },
    overloaded: { server: 'crowded', query: '?format=sse' },
    draining: { server: 'draining', query: '?format=sse' },
    http_version: { server: 'long', raw: 'Host: a\r\n\r\n', httpVersion: '1.0' },
  },
  getEvent: {
    ...LIMITED,
    ...FROM_STORE,
    invalid_id: { path: '/events/x' },
    event_not_found: { path: `/events/${randomUUID()}` },
    precondition_failed: { headers: { 'If-Match': '"other"' } },
  },
  deleteEvents: {
    ...LIMITED,
    ...fromStore({ query: NOTHING }),
    filter_required: {},
    precondition_failed: { query: NOTHING, headers: { 'If-Match': '*' } },
  },
  deleteEvent: {
    ...LIMITED,
    ...FROM_STORE,
    invalid_id: { path: '/events/x' },
    event_not_found: { path: `/events/${randomUUID()}` },
    precondition_failed: { headers: { 'If-Match': '"other"' } },
  },
  getSchemas: { ...LIMITED },
  getSchema: { ...LIMITED, not_found: {} },
  replayQuarantined: { ...LIMITED, ...FROM_STORE, store_full: { server: 'full' }, overloaded: { server: 'busy' } },
  queryStats: {
    ...LIMITED,
    ...FROM_STORE,
    ...NEGOTIATED,
    too_many_cells: { query: '?interval=1m&start=2020-01-01T00:00:00Z&end=2025-01-01T00:00:00Z' },
  },
  queryEventTypes: { ...LIMITED, ...FROM_STORE, ...NEGOTIATED },
  getLiveness: {},
  getReadiness: { ...FROM_STORE, draining: { server: 'draining' } },
  getMetrics: { rate_limited: { server: 'guarded', headers: { Authorization: 'Bearer wrong' } } },
  getProblem: { ...LIMITED, not_found: { path: '/problems/none' } },
  getOpenApi: { ...LIMITED },
  getDocs: { ...LIMITED },
  getDocsFile: { ...LIMITED, not_found: { path: '/docs/none' } },
};

/** Returns a request with a body, which an operation without a body refuses. */
export function refusedForBody({ requestBody }: DescribedOperation): Refused {
  return requestBody ? {} : { unexpected_body: { raw: `${RAW_HEADERS}Content-Length: 1\r\n\r\nx` } };
}

/** Returns the requests that cause the problems of an operation on a server with keys. */
export function refusedForKeys(operation: DescribedOperation): Refused {
  const scope = scopeOf(operation);
  if (scope === undefined) return {};
  const other = KEY[scope === 'read' ? 'write' : 'read'];
  return { unauthorized: { server: 'locked' }, forbidden: { server: 'locked', headers: bearer(other) } };
}

/** Sends a request of an operation over a socket. */
export async function send(
  servers: Servers,
  method: string,
  path: string,
  request: Request = {},
): Promise<TestResponse> {
  const { server = 'ordinary', path: own, query = '', raw, httpVersion = '1.1', headers, body } = request;
  const { url } = servers[server];
  const target = (own ?? path.replaceAll(/\{(\w+)\}/g, (_, name: string) => PATH_PARAMETERS[name] ?? '')) + query;
  if (raw === undefined) return call(method.toUpperCase(), url + target, { headers, body });
  const [response] = parseResponses(
    await exchange(url, `${method.toUpperCase()} ${target} HTTP/${httpVersion}\r\n${raw}`),
  );
  if (!response) throw new Error('the server closed the connection without a response');
  return { status: response.status, headers: new Headers([...response.fields]), text: response.body };
}

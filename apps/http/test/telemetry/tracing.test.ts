import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { IS_QUICK } from '@event-tracker/event-store-conformance';
import { describe, expect, test } from 'vitest';
import { get, post } from '../support/client.ts';
import { readDocument } from '../support/documents.ts';
import { eventText, newEvent, postEvent } from '../support/events.ts';
import { type LogLine, logLinesOf } from '../support/log-lines.ts';
import { type StartedServer, startServer } from '../support/start-server.ts';
import { type ReceivedSpan, startOtlpReceiver } from './otlp-receiver.ts';

/* Traces as docs/operate/monitoring.md describes them: with an SDK that Node loads, which sends to a receiver that the test starts. */

const APP = fileURLToPath(new URL('../..', import.meta.url));
const MONITORING = readDocument('docs/operate/monitoring.md').text;
const [, SDK = ''] = /^CMD \["node", "--import", "(\S+)"/m.exec(MONITORING) ?? [];

interface Traced {
  readonly spans: readonly ReceivedSpan[];
  readonly lines: readonly LogLine[];
}

/** Returns the spans and the log lines of calls to a server. */
async function trace(act: (server: StartedServer) => Promise<unknown>, env: Record<string, string>): Promise<Traced> {
  const receiver = await startOtlpReceiver();
  const server = await startServer({
    folder: APP, // from which `--import` resolves the SDK
    nodeOptions: ['--import', SDK],
    env: {
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_SERVICE_NAME: 'tracker-1',
      OTEL_METRICS_EXPORTER: 'none',
      OTEL_LOGS_EXPORTER: 'none',
      OTEL_NODE_RESOURCE_DETECTORS: 'env', // the other detectors request cloud metadata
      ...env,
    },
  });
  await act(server);
  const { code, stdout, stderr } = await server.stop(); // the SDK sends the remaining spans
  receiver.close();
  expect([code, stderr]).toEqual([0, '']);
  return { spans: receiver.spans, lines: logLinesOf(stdout).filter(({ msg }) => msg === 'request') };
}

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const CLIENT_SPAN_ID = 'b7ad6b7169203331';
const headers = { traceparent: `00-${TRACE_ID}-${CLIENT_SPAN_ID}-01` };

describe('with an SDK', () => {
  const [, disabled = ''] = /^ENV OTEL_NODE_DISABLED_INSTRUMENTATIONS=(\S+)$/m.exec(MONITORING) ?? [];
  const env = { OTEL_NODE_DISABLED_INSTRUMENTATIONS: disabled };

  test('a request is a child span of its client, and each call of the store a child span of the request', async () => {
    const { spans, lines } = await trace(
      async ({ url }) => {
        await post(`${url}/events`, eventText('a', '{}'), headers);
        await get(`${url}/events?event_type=secret`);
        await get(`${url}/events/${randomUUID()}`);
        await get(`${url}/nothing`);
      },
      { ...env, BASE_PATH: '/tracker' },
    );
    const requests = spans.filter(({ kind }) => kind === 2);
    expect(requests.map(({ name, attributes }) => [name, attributes])).toEqual([
      ['POST /events', attributesOf('POST', '/events', 201)],
      ['GET /events', attributesOf('GET', '/events', 200)],
      ['GET /events/{id}', { ...attributesOf('GET', '/events/{id}', 404), 'url.path': expect.any(String) }],
      ['GET', { ...attributesOf('GET', undefined, 404), 'url.path': '/tracker/nothing' }],
    ]);
    expect(requests.map(({ hasFailed }) => hasFailed)).toEqual([false, false, false, false]);
    expect(requests.map(({ service }) => service)).toEqual(Array(4).fill('tracker-1'));
    expect(requests[0]).toMatchObject({ traceId: TRACE_ID, parentSpanId: CLIENT_SPAN_ID });
    expect(new Set(requests.map(({ traceId }) => traceId)).size).toBe(4);

    const calls = spans.filter(({ kind }) => kind === 1);
    expect(calls.map(({ name, traceId, parentSpanId }) => [name, traceId, parentSpanId])).toEqual(
      ['append', 'query', 'get'].map((call, i) => [`store ${call}`, requests[i]?.traceId, requests[i]?.spanId]),
    );
    expect(lines.map(({ trace_id }) => trace_id)).toEqual(requests.map(({ traceId }) => traceId));
    expect(JSON.stringify(spans)).not.toContain('secret');
  });

  test.skipIf(IS_QUICK)('a failed request has the error in its span', async () => {
    const { spans } = await trace(({ url }) => postEvent(url, newEvent('a')), { ...env, MEMORY_MAX_BYTES: '1' });
    expect(spans.map(({ name, hasFailed, attributes }) => [name, hasFailed, attributes['error.type']])).toEqual([
      ['store append', true, 'store_full'],
      ['POST /events', true, 'store_full'],
    ]);
  });

  test.skipIf(IS_QUICK)('that does not sample a trace: its log lines have no trace_id', async () => {
    const { spans, lines } = await trace(({ url }) => get(`${url}/stats`), {
      ...env,
      OTEL_TRACES_SAMPLER: 'always_off',
    });
    expect([spans.length, lines.length, lines[0]?.trace_id]).toEqual([0, 1, undefined]);
  });

  test('that instruments Node’s HTTP server: its span is renamed, and there is no second one', async () => {
    const { spans, lines } = await trace(({ url }) => post(`${url}/events`, eventText('a', '{}'), headers), {});
    const [request, ...others] = spans.filter(({ kind }) => kind === 2);
    expect(others).toEqual([]);
    expect(request).toMatchObject({
      scope: '@opentelemetry/instrumentation-http',
      name: 'POST /events',
      traceId: TRACE_ID,
      parentSpanId: CLIENT_SPAN_ID,
    });
    expect(request?.attributes['http.route']).toBe('/events');
    const calls = spans.filter(({ scope }) => scope === 'event-tracker');
    expect(calls.map(({ name, parentSpanId }) => [name, parentSpanId])).toEqual([['store append', request?.spanId]]);
    expect(lines[0]?.trace_id).toBe(TRACE_ID);
  });
});

function attributesOf(method: string, route: string | undefined, status: number): Readonly<Record<string, unknown>> {
  return {
    'http.request.method': method,
    'url.scheme': 'http',
    'url.path': `/tracker${route}`,
    'network.protocol.version': '1.1',
    'http.response.status_code': status,
    ...(route === undefined ? {} : { 'http.route': route }),
  };
}

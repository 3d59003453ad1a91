import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/* Sends events with the libraries of other systems: only the host and the key are set, and sizes of batches and delays. */

/** An event to send. */
export interface SentEvent {
  readonly name: string;
  readonly at: Date;
  readonly n: number;
}

export interface Target {
  readonly url: string;
  readonly key: string;
}

/** Sends all events, waits until the library has delivered them or given up, and returns the errors that it reported. */
export type SendWithClient = (target: Target, events: readonly SentEvent[]) => Promise<readonly unknown[]>;

const BATCH_SIZE = 10;

async function sendCloudEvents(
  { url, key }: Target,
  events: readonly SentEvent[],
  isBinary: boolean,
): Promise<unknown[]> {
  const { CloudEvent, emitterFor, httpTransport, Mode } = await import('cloudevents');
  const emit = emitterFor(httpTransport(`${url}/events?key=${key}`), {
    mode: isBinary ? Mode.BINARY : Mode.STRUCTURED,
  });
  const errors: unknown[] = [];
  for (const { name, at, n } of events) {
    const event = new CloudEvent({ type: name, source: '/test', time: at.toISOString(), data: { n } });
    // The library does not retry, and resolves on every status.
    for (let attempt = 0; ; attempt++) {
      const { body } = (await emit(event)) as { readonly body: string };
      const { status } = JSON.parse(body) as { readonly status?: number };
      if (status === undefined) break;
      if (status !== 429 && status !== 503) errors.push(new Error(body));
      if (errors.length > 0 || attempt === 5) return errors;
    }
  }
  return errors;
}

async function sendWithSegment({ url, key }: Target, events: readonly SentEvent[]): Promise<unknown[]> {
  const { Analytics } = await import('@segment/analytics-node');
  const analytics = new Analytics({ writeKey: key, host: url, maxEventsInBatch: BATCH_SIZE, flushInterval: 100 });
  const errors: unknown[] = [];
  analytics.on('error', (error) => errors.push(error));
  for (const { name, at, n } of events) analytics.track({ userId: 'u', event: name, timestamp: at, properties: { n } });
  await analytics.closeAndFlush({ timeout: 30_000 });
  return errors;
}

async function sendWithRudderStack({ url, key }: Target, events: readonly SentEvent[]): Promise<unknown[]> {
  const { default: Analytics } = await import('@rudderstack/rudder-sdk-node');
  const errors: unknown[] = [];
  const failed = Promise.withResolvers<void>();
  const errorHandler = (error: unknown): void => {
    errors.push(error);
    failed.resolve();
  };
  const options = { dataPlaneUrl: url, flushAt: BATCH_SIZE, flushInterval: 100, errorHandler };
  const analytics = new Analytics(key, options);
  const sent = events.map(({ name, at, n }) => {
    const message = { userId: 'u', event: name, originalTimestamp: at, properties: { n } };
    return new Promise<void>((resolve) => analytics.track(message, () => resolve()));
  });
  void analytics.flush();
  await Promise.race([failed.promise, Promise.all(sent)]);
  return errors;
}

async function sendWithPostHog(
  { url, key }: Target,
  events: readonly SentEvent[],
  mode: 'v0' | 'v1',
): Promise<unknown[]> {
  const { PostHog } = await import('posthog-node');
  if (mode === 'v1') process.env.POSTHOG_CAPTURE_MODE = 'v1';
  else delete process.env.POSTHOG_CAPTURE_MODE;
  const posthog = new PostHog(key, {
    host: url,
    flushAt: BATCH_SIZE,
    flushInterval: 100,
    maxBatchSize: BATCH_SIZE,
    fetchRetryDelay: 200,
  });
  const errors: unknown[] = [];
  posthog.on('error', (error: unknown) => errors.push(error));
  for (const { name, at, n } of events)
    posthog.capture({ distinctId: 'u', event: name, timestamp: at, properties: { n } });
  await posthog.shutdown(30_000).catch((error: unknown) => errors.push(error));
  return errors;
}

async function sendWithOtlp(
  { url, key }: Target,
  events: readonly SentEvent[],
  format: 'json' | 'protobuf',
): Promise<unknown[]> {
  const { OTLPLogExporter } = await (format === 'json'
    ? import('@opentelemetry/exporter-logs-otlp-http')
    : import('@opentelemetry/exporter-logs-otlp-proto'));
  const { BatchLogRecordProcessor, LoggerProvider } = await import('@opentelemetry/sdk-logs');
  const { setGlobalErrorHandler } = await import('@opentelemetry/core');
  const errors: unknown[] = [];
  setGlobalErrorHandler((error) => errors.push(error));
  const exporter = new OTLPLogExporter({ url: `${url}/v1/logs`, headers: { Authorization: `Bearer ${key}` } });
  const processor = new BatchLogRecordProcessor({ exporter, maxExportBatchSize: BATCH_SIZE });
  const provider = new LoggerProvider({ processors: [processor] });
  const logger = provider.getLogger('test');
  for (const { name, at, n } of events) logger.emit({ eventName: name, timestamp: at, attributes: { n } });
  await provider.shutdown();
  return errors;
}

async function sendWithSnowplow({ url, key }: Target, events: readonly SentEvent[]): Promise<unknown[]> {
  const { buildSelfDescribingEvent, newTracker } = await import('@snowplow/node-tracker');
  const errors: unknown[] = [];
  let delivered = 0;
  const tracker = newTracker(
    { namespace: `test-${Math.random()}`, appId: 'test' },
    {
      endpoint: url,
      maxPostBytes: 3_000, // so that it sends more than one request
      customHeaders: { Authorization: `Bearer ${key}` },
      onRequestSuccess: (batch) => {
        delivered += batch.length;
      },
      onRequestFailure: (failure) => {
        if (!failure.willRetry) errors.push(failure);
      },
    },
  );
  for (const { name, at, n } of events)
    tracker.track(
      buildSelfDescribingEvent({ event: { schema: `iglu:test/${name}/jsonschema/1-0-0`, data: { n } } }),
      undefined,
      { type: 'ttm', value: at.getTime() },
    );
  // What was refused for now is sent again with the next flush.
  for (let attempt = 0; attempt < 50 && delivered < events.length && errors.length === 0; attempt++) {
    tracker.flush();
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return errors;
}

/** The libraries for servers, by name. */
export const SERVER_CLIENTS: Readonly<Record<string, SendWithClient>> = {
  'cloudevents, binary': (target, events) => sendCloudEvents(target, events, true),
  'cloudevents, structured': (target, events) => sendCloudEvents(target, events, false),
  '@segment/analytics-node': sendWithSegment,
  '@rudderstack/rudder-sdk-node': sendWithRudderStack,
  'posthog-node': (target, events) => sendWithPostHog(target, events, 'v0'),
  'posthog-node, v1': (target, events) => sendWithPostHog(target, events, 'v1'),
  '@opentelemetry/exporter-logs-otlp-http': (target, events) => sendWithOtlp(target, events, 'json'),
  '@opentelemetry/exporter-logs-otlp-proto': (target, events) => sendWithOtlp(target, events, 'protobuf'),
  '@snowplow/node-tracker': sendWithSnowplow,
};

const require = createRequire(import.meta.url);

function fileOf(name: string, path: string): string {
  return join(dirname(require.resolve(`${name}/package.json`)), path);
}

/** The scripts of the libraries for browsers. */
export const BROWSER_SCRIPTS = {
  segment: fileOf('@segment/analytics-next', 'dist/umd/index.js'),
  posthog: fileOf('posthog-js', 'dist/array.full.no-external.js'),
  snowplow: fileOf('@snowplow/browser-tracker', 'dist/index.umd.js'),
};

import { describe, expect, test } from 'vitest';
import { type Config, parseConfig } from './config.ts';
import type { SettingsSchema } from './settings.ts';

const MAX_TIMER_MS = '2147483647';

/** Invalid values of every setting. */
const REFUSED: Record<keyof typeof SettingsSchema.entries, readonly string[]> = {
  BIND_ADDRESS: ['8080', ':8080', '127.0.0.1:65536', '127.0.0.1:', '::1:8080', '::1', 'a b:80', '127.0.0.1:80 '],
  PORT: ['-1', '65536', '80a', '127.0.0.1:80', '1e3'],
  BASE_PATH: ['tracker', '//', '/a//b', '/a b', '/ä', '/a?b', '/a#b', '/:id', '/*', '/..', '/a/../b', '/a/.'],
  EVENT_STORE: [
    'memory',
    'MEMORY:',
    'oracle:',
    'memory:x',
    'sqlite:',
    'sqlite',
    '/data/events.db',
    'http://x',
    'clickhouse:x',
  ],
  // Keys are checked when they are read: see auth/parse-keys.test.ts.
  API_KEYS: [],
  API_KEYS_FILE: [],
  RATE_LIMIT: ['on', '0/1m', '10', '10/', '10/0s', '1e3/1m', '-1/1m', '10/1d', '1.5/1m', '10/1m ', '1/597h'],
  EVENTS_RATE_LIMIT: ['on', '0/1m', '10', '1/597h'],
  REDIS_URL: [
    'redis',
    'localhost:6379',
    'http://localhost',
    'redis:localhost',
    'redis://',
    'redis://localhost:x',
    'redis://localhost/zero',
    'redis://localhost/0/1',
    'redis://localhost#0',
    ' redis://localhost',
    'rediss://local host',
  ],
  RETENTION_DAYS: ['0', '-1', '1.5', '30d', '132314'],
  RETENTION_DAYS_BY_TYPE: ['debug', 'debug:', ':7', 'debug:0', 'debug:7,', 'debug:1.5', 'a:132314'],
  // What is wrong with schemas is reported when they are read: see schemas/schema-registry.ts.
  SCHEMAS: [],
  SCHEMAS_REQUIRED: ['yes', 'TRUE', '1', 'true'],
  TRUST_PROXY_HOPS: ['-1', '101', 'true', '1.5'],
  ALLOWED_HOSTS: ['*', 'a:80', 'http://a', 'a,,b', 'a b', '::1'],
  CORS_ORIGINS: [
    '*',
    'null',
    'app.example.com',
    'https://*.example.com',
    'https://app.example.com/',
    'https://app.example.com/path',
    'https://app.example.com:443',
    'HTTPS://app.example.com',
    'https://APP.example.com',
    'ftp://app.example.com',
    'https://a.example,',
    'https://a.example https://b.example',
  ],
  INGEST: ['on', 'cloudevents,', 'cloudevents,cloudevents', 'off,cloudevents', 'CLOUDEVENTS', 'kafka'],
  INGEST_INVALID: ['drop', 'REFUSE'],
  WEB_PAGE: ['yes', 'On'],
  CLOUDEVENTS_SOURCE: ['a b', 'ä'],
  MEMORY_MAX_EVENTS: ['0', '-1', '1e6', 'many'],
  MEMORY_MAX_BYTES: ['0', '1GB', '0x10'],
  MAX_FOLLOWERS: ['-1', '1e3', 'many'],
  MAX_BODY_BYTES: ['0', '8MiB', ' 8', '99999999999999999999'],
  MAX_BATCH_EVENTS: ['0', '1.0'],
  MAX_PAYLOAD_BYTES: ['1', 'none'],
  MAX_INFLIGHT_BODY_BYTES: ['0', 'off'],
  MAX_CONNECTIONS: ['0', 'Infinity', 'NaN'],
  // A timer that exceeds its maximum fires immediately.
  HEADERS_TIMEOUT_MS: ['0', '10s', '2147483648'],
  REQUEST_TIMEOUT_MS: ['0', '2147483648'],
  KEEP_ALIVE_TIMEOUT_MS: ['0', '2147483648'],
  DRAIN_DELAY_MS: ['-1', '2147483648'],
  SHUTDOWN_TIMEOUT_MS: ['0', '2147483648'],
  LOG_LEVEL: ['verbose', 'INFO', '30'],
  METRICS_ADDRESS: ['9090', 'localhost', '127.0.0.1:65536'],
};

describe('without settings', () => {
  test('every setting has its default', () => {
    expect(parseConfig({})).toEqual({
      host: '127.0.0.1',
      port: 8080,
      basePath: '',
      eventStore: 'sqlite:./data/events.sqlite',
      retention: [],
      memoryMaxEvents: 1_000_000,
      memoryMaxBytes: undefined,
      apiKeys: undefined,
      apiKeysFile: undefined,
      rateLimit: { quota: 6_000, windowMs: 60_000 },
      eventsRateLimit: undefined,
      redisUrl: undefined,
      trustProxyHops: 0,
      allowedHosts: undefined,
      corsOrigins: [],
      ingest: ['cloudevents', 'otlp', 'segment', 'posthog'],
      cloudEventsSource: 'urn:event-tracker',
      webPage: true,
      maxBodyBytes: 8 * 1024 ** 2,
      maxBatchEvents: 10_000,
      maxPayloadBytes: 256 * 1024,
      maxInflightBodyBytes: 256 * 1024 ** 2,
      maxConnections: 10_000,
      maxFollowers: 1_000,
      headersTimeoutMs: 10_000,
      requestTimeoutMs: 30_000,
      keepAliveTimeoutMs: 65_000,
      drainDelayMs: 0,
      shutdownTimeoutMs: 8_000,
      logLevel: 'info',
      metricsAddress: undefined,
      quarantinesInvalid: false,
      schemas: undefined,
      schemasRequired: false,
    } satisfies Config);
  });

  test('other variables are ignored', () => {
    expect(parseConfig({ PATH: '/bin', REDIS_PORT: '99', HOSTNAME: undefined })).toEqual(parseConfig({}));
  });
});

describe('PORT', () => {
  test.each([
    ['0.0.0.0', '0.0.0.0', 3_000],
    ['[::]', '::', 3_000],
    ['127.0.0.1:9090', '127.0.0.1', 9_090],
  ])('with BIND_ADDRESS=%s listens on %s, port %i', (address, host, port) => {
    expect(parseConfig({ BIND_ADDRESS: address, PORT: '3000' })).toMatchObject({ host, port });
  });
});

describe('a variable that is close to a setting', () => {
  test('is rejected, because without the setting the server could be open to all clients', () => {
    expect(() => parseConfig({ API_KEY_FILE: './keys.txt', RETENTION_DAY: '30' })).toThrow(
      new Error(
        'API_KEY_FILE: unknown setting, did you mean API_KEYS_FILE?\nRETENTION_DAY: unknown setting, did you mean RETENTION_DAYS?',
      ),
    );
  });
});

describe('a setting', () => {
  test.each<[string, string, Partial<Config>]>([
    ['BIND_ADDRESS', '0.0.0.0:80', { host: '0.0.0.0', port: 80 }],
    ['METRICS_ADDRESS', '[::1]:9090', { metricsAddress: { host: '::1', port: 9_090 } }],
    ['LOG_LEVEL', 'silent', { logLevel: 'silent' }],
    ['INGEST_INVALID', 'quarantine', { quarantinesInvalid: true }],
    ['SCHEMAS', './schemas', { schemas: './schemas' }],
    ['SCHEMAS_REQUIRED', 'false', { schemasRequired: false }],
    ['BIND_ADDRESS', 'localhost:65535', { host: 'localhost', port: 65_535 }],
    ['BIND_ADDRESS', '[::1]:0', { host: '::1', port: 0 }],
    ['BIND_ADDRESS', '0.0.0.0', { host: '0.0.0.0', port: 8_080 }],
    ['PORT', '3000', { host: '127.0.0.1', port: 3_000 }],
    ['BASE_PATH', '/', { basePath: '' }],
    ['BASE_PATH', '/a/b-c_d.e~f/', { basePath: '/a/b-c_d.e~f' }],
    ['BASE_PATH', '/.hidden', { basePath: '/.hidden' }],
    ['EVENT_STORE', 'memory:', { eventStore: 'memory:' }],
    ['EVENT_STORE', 'sqlite:/data/e v.db', { eventStore: 'sqlite:/data/e v.db' }],
    ['EVENT_STORE', 'clickhouse://db/events?cluster=a', { eventStore: 'clickhouse://db/events?cluster=a' }],
    ['MEMORY_MAX_EVENTS', '1', { memoryMaxEvents: 1 }],
    ['MEMORY_MAX_BYTES', '4294967296', { memoryMaxBytes: 4_294_967_296 }],
    ['API_KEYS', 'ci write 00', { apiKeys: 'ci write 00' }],
    ['API_KEYS_FILE', './keys.txt', { apiKeysFile: './keys.txt' }],
    ['RATE_LIMIT', 'off', { rateLimit: undefined }],
    ['RATE_LIMIT', '1/s', { rateLimit: { quota: 1, windowMs: 1_000 } }],
    ['RATE_LIMIT', '100/10m', { rateLimit: { quota: 100, windowMs: 600_000 } }],
    ['RATE_LIMIT', '999999999/500h', { rateLimit: { quota: 999_999_999, windowMs: 1_800_000_000 } }],
    ['EVENTS_RATE_LIMIT', '100000/1m', { eventsRateLimit: { quota: 100_000, windowMs: 60_000 } }],
    ['REDIS_URL', 'redis://localhost', { redisUrl: 'redis://localhost' }],
    ['REDIS_URL', 'rediss://app:p%40ss@[::1]:6380/2', { redisUrl: 'rediss://app:p%40ss@[::1]:6380/2' }],
    ['RETENTION_DAYS', '30', { retention: [{ days: 30 }] }],
    [
      'RETENTION_DAYS_BY_TYPE',
      'debug:7, audit.*:3650,a:b:1,*:2',
      {
        retention: [
          { event_type: ['debug'], days: 7 },
          { event_type_prefix: ['audit.'], days: 3_650 },
          { event_type: ['a:b'], days: 1 },
          { event_type_prefix: [''], days: 2 },
        ],
      },
    ],
    ['TRUST_PROXY_HOPS', '2', { trustProxyHops: 2 }],
    ['ALLOWED_HOSTS', 'Tracker.internal, [::2]', { allowedHosts: ['tracker.internal', '[::2]'] }],
    ['INGEST', 'off', { ingest: [] }],
    ['INGEST', ' cloudevents ', { ingest: ['cloudevents'] }],
    ['CLOUDEVENTS_SOURCE', '/shop', { cloudEventsSource: '/shop' }],
    ['WEB_PAGE', 'off', { webPage: false }],
    ['CORS_ORIGINS', 'https://app.example.com', { corsOrigins: ['https://app.example.com'] }],
    [
      'CORS_ORIGINS',
      'https://app.example.com:8443, http://localhost:3000,http://[::1]',
      { corsOrigins: ['https://app.example.com:8443', 'http://localhost:3000', 'http://[::1]'] },
    ],
    ['MAX_BODY_BYTES', '1', { maxBodyBytes: 1 }],
    ['MAX_BATCH_EVENTS', '1', { maxBatchEvents: 1 }],
    ['MAX_PAYLOAD_BYTES', '2', { maxPayloadBytes: 2 }],
    ['MAX_CONNECTIONS', '1', { maxConnections: 1 }],
    ['HEADERS_TIMEOUT_MS', '1', { headersTimeoutMs: 1 }],
    ['KEEP_ALIVE_TIMEOUT_MS', MAX_TIMER_MS, { keepAliveTimeoutMs: Number(MAX_TIMER_MS) }],
    ['DRAIN_DELAY_MS', '0', { drainDelayMs: 0 }],
    ['SHUTDOWN_TIMEOUT_MS', MAX_TIMER_MS, { shutdownTimeoutMs: Number(MAX_TIMER_MS) }],
  ])('accepts %s=%s', (name, value, expected) => {
    expect(parseConfig({ [name]: value })).toEqual({ ...parseConfig({}), ...expected });
  });

  test.each(Object.entries(REFUSED))('rejects invalid values of %s', (name, values) => {
    for (const value of values) {
      const complaint = new RegExp(`^${name}=${value.replace(/[.*?+[\]()\\]/g, '\\$&')}: expected [^\\n]+$`);
      expect(() => parseConfig({ [name]: value }), value).toThrow(complaint);
    }
  });

  test.each(['redis://app:hunter2@localhost/x', 'redis://:hunter2%@localhost', 'redis://localhost?password=hunter2'])(
    'is quoted in the error without its secret: %s',
    (url) => {
      expect(() => parseConfig({ REDIS_URL: url })).toThrow(/^REDIS_URL=redis:\/\/(?!.*hunter2).*: expected redis:/);
    },
  );

  test('is quoted in the error in shortened form', () => {
    const complain = (): unknown => parseConfig({ BASE_PATH: 'x'.repeat(5_000) });
    expect(complain).toThrow(/^BASE_PATH=x{100}: /);
  });
});

describe('settings that depend on each other', () => {
  test('limit the time of header fields to that of the request', () => {
    expect(parseConfig({ REQUEST_TIMEOUT_MS: '5000' })).toMatchObject({
      headersTimeoutMs: 5_000,
      requestTimeoutMs: 5_000,
    });
    expect(parseConfig({ HEADERS_TIMEOUT_MS: '60000' })).toMatchObject({
      headersTimeoutMs: 30_000,
      requestTimeoutMs: 30_000,
    });
  });

  test('must have a shorter delay of the stop than the whole stop', () => {
    const complaint = 'DRAIN_DELAY_MS=8000: expected less than SHUTDOWN_TIMEOUT_MS, of which the delay is part';
    expect(() => parseConfig({ DRAIN_DELAY_MS: '8000' })).toThrow(new Error(complaint));
    expect(parseConfig({ DRAIN_DELAY_MS: '8000', SHUTDOWN_TIMEOUT_MS: '8001' })).toMatchObject({
      drainDelayMs: 8_000,
      shutdownTimeoutMs: 8_001,
    });
  });

  test('limit a body to the total of all bodies', () => {
    expect(parseConfig({ MAX_INFLIGHT_BODY_BYTES: '1000' })).toMatchObject({
      maxBodyBytes: 1_000,
      maxInflightBodyBytes: 1_000,
    });
  });
});

import type { RetentionRule } from '@event-tracker/core';
import * as v from 'valibot';
import type { AppSettings } from './app.ts';
import type { KeySettings } from './auth/keyring.ts';
import type { Address } from './listen.ts';
import type { RateLimit } from './rate-limit/rate-limit.ts';
import { MAX_RETENTION_DAYS, RetentionByTypeSchema } from './retention-setting.ts';
import type { ServerSettings } from './server.ts';
import type { ShutdownSettings } from './shutdown.ts';
import { storeName } from './store-name.ts';
import { LOG_LEVELS, type LogLevel } from './telemetry/log.ts';

/** Everything that can be set. */
export interface Config extends AppSettings, KeySettings, ServerSettings, ShutdownSettings, Address {
  /** `memory:`, `sqlite:PATH` or a URL of PostgreSQL or ClickHouse, with its password. */
  readonly eventStore: string;
  /** Of the Redis where servers count together, with its password. */
  readonly redisUrl: string | undefined;
  readonly maxPayloadBytes: number;
  /** How long events are kept, the first rule that fits a type. */
  readonly retention: readonly RetentionRule[];
  readonly memoryMaxEvents: number;
  /** `undefined` leaves it to the memory that Node may use. */
  readonly memoryMaxBytes: number | undefined;
  readonly logLevel: LogLevel;
}

const UNIT_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000 };

/** A whole number as text; digits alone. */
const wholeNumber = (min: number, max: number = Number.MAX_SAFE_INTEGER) => {
  const expected =
    max === Number.MAX_SAFE_INTEGER
      ? `expected a whole number of at least ${min}`
      : `expected a whole number from ${min} to ${max}`;
  return v.pipe(
    v.string(),
    v.regex(/^\d{1,15}$/, expected),
    v.transform(Number),
    v.minValue(min, expected),
    v.maxValue(max, expected),
  );
};

/** Longest time that a timer of JavaScript can wait: beyond it would fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

const milliseconds = (min: number) => wholeNumber(min, MAX_TIMER_MS);

const AddressSchema = v.pipe(
  v.string(),
  v.rawTransform(({ dataset, addIssue, NEVER }): Address => {
    const match = /^(?:\[([0-9a-f:.]+)\]|([^:[\]\s]+)):(\d{1,5})$/i.exec(dataset.value);
    const host = match?.[1] ?? match?.[2];
    const port = Number(match?.[3]);
    if (host !== undefined && port <= 65_535) return { host, port };
    addIssue({ message: 'expected HOST:PORT, e.g. 127.0.0.1:8080, 0.0.0.0:8080 or [::1]:8080' });
    return NEVER;
  }),
);

const rateLimit = (what: 'requests' | 'events') =>
  v.pipe(
    v.string(),
    v.rawTransform(({ dataset, addIssue, NEVER }): RateLimit | undefined => {
      if (dataset.value === 'off') return undefined;
      const [, quota = '0', count = '1', unit = ''] = /^(\d{1,9})\/(\d{0,4})([smh])$/.exec(dataset.value) ?? [];
      const limit = { quota: Number(quota), windowMs: Number(count || '1') * (UNIT_MS[unit] ?? 0) };
      if (limit.quota > 0 && limit.windowMs > 0 && limit.windowMs <= MAX_TIMER_MS) return limit;
      addIssue({ message: `expected ${what} per time of at most 500h, e.g. 6000/1m or 100/s, or off` });
      return NEVER;
    }),
  );

const RedisUrlSchema = v.pipe(
  v.string(),
  v.check(isRedisUrl, 'expected redis://USER:PASSWORD@HOST:PORT/NUMBER, or rediss:// for TLS'),
);

/** Without parameters: those could be options of the driver that the limiter relies on. */
function isRedisUrl(text: string): boolean {
  try {
    const { hostname, pathname, search, hash, username, password } = new URL(text);
    decodeURIComponent(username + password); // or the driver would fail to
    return /^rediss?:\/\/\S+$/.test(text) && hostname !== '' && /^(\/\d{0,5})?$/.test(pathname + search + hash);
  } catch {
    return false;
  }
}

const EventStoreSchema = v.pipe(
  v.string(),
  v.check(
    (text) =>
      /^(memory:|sqlite:.+)$/.test(text) || (/^(postgres(ql)?|clickhouse):\/\//.test(text) && URL.canParse(text)),
    'expected memory:, sqlite:PATH, or postgres: or clickhouse: and //USER:PASSWORD@HOST:PORT/DATABASE',
  ),
);

const BasePathSchema = v.pipe(
  v.string(),
  v.regex(/^(\/(?!\.\.?(\/|$))[A-Za-z0-9._~-]+)*\/?$/, 'expected a path such as /tracker'),
  v.transform((path) => path.replace(/\/$/, '')),
);

/** Origins as browsers write them, separated by commas. */
const CorsOriginsSchema = v.pipe(
  v.string(),
  v.transform((text) => text.split(',').map((origin) => origin.trim())),
  v.check(
    (origins) => origins.every((origin) => /^https?:[^*]+$/.test(origin) && URL.parse(origin)?.origin === origin),
    'expected origins, each scheme and host alone, e.g. https://app.example.com,http://localhost:3000',
  ),
);

const Settings = v.object({
  BIND_ADDRESS: v.optional(AddressSchema, '127.0.0.1:8080'),
  BASE_PATH: v.optional(BasePathSchema, '/'),
  EVENT_STORE: v.optional(EventStoreSchema, 'sqlite:./data/events.sqlite'),
  MEMORY_MAX_EVENTS: v.optional(wholeNumber(1), '1000000'),
  MEMORY_MAX_BYTES: v.optional(wholeNumber(1)),
  RETENTION_DAYS: v.optional(wholeNumber(1, MAX_RETENTION_DAYS)),
  RETENTION_DAYS_BY_TYPE: v.optional(RetentionByTypeSchema),
  API_KEYS: v.optional(v.string()),
  API_KEYS_FILE: v.optional(v.string()),
  RATE_LIMIT: v.optional(rateLimit('requests'), '6000/1m'),
  EVENTS_RATE_LIMIT: v.optional(rateLimit('events'), 'off'),
  REDIS_URL: v.optional(RedisUrlSchema),
  TRUST_PROXY_HOPS: v.optional(wholeNumber(0, 100), '0'),
  CORS_ORIGINS: v.optional(CorsOriginsSchema),
  MAX_BODY_BYTES: v.optional(wholeNumber(1), '8388608'),
  MAX_BATCH_EVENTS: v.optional(wholeNumber(1), '10000'),
  MAX_PAYLOAD_BYTES: v.optional(wholeNumber(2), '262144'),
  MAX_INFLIGHT_BODY_BYTES: v.optional(wholeNumber(1), '268435456'),
  MAX_CONNECTIONS: v.optional(wholeNumber(1), '10000'),
  HEADERS_TIMEOUT_MS: v.optional(milliseconds(1), '10000'),
  REQUEST_TIMEOUT_MS: v.optional(milliseconds(1), '30000'),
  KEEP_ALIVE_TIMEOUT_MS: v.optional(milliseconds(1), '65000'),
  DRAIN_DELAY_MS: v.optional(milliseconds(0), '0'),
  SHUTDOWN_TIMEOUT_MS: v.optional(milliseconds(1), '8000'),
  LOG_LEVEL: v.optional(v.picklist(LOG_LEVELS, `expected one of ${LOG_LEVELS.join(', ')}`), 'info'),
  METRICS_ADDRESS: v.optional(AddressSchema),
});

export const SettingsSchema = v.pipe(
  Settings,
  v.forward(
    v.check(
      ({ DRAIN_DELAY_MS, SHUTDOWN_TIMEOUT_MS }) => DRAIN_DELAY_MS < SHUTDOWN_TIMEOUT_MS,
      'expected less than SHUTDOWN_TIMEOUT_MS, of which the delay is part',
    ),
    ['DRAIN_DELAY_MS'],
  ),
);

/**
 * Reads all settings from the environment; one that is empty counts as not set.
 *
 * @throws an Error of one line for each setting that cannot be, naming it, its value and what is expected
 */
export function parseConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = v.safeParse(SettingsSchema, given, { abortPipeEarly: true });
  if (!parsed.success) throw new Error(parsed.issues.map((issue) => complaint(issue, given)).join('\n'));
  const settings = parsed.output;
  return {
    ...settings.BIND_ADDRESS,
    basePath: settings.BASE_PATH,
    eventStore: settings.EVENT_STORE,
    memoryMaxEvents: settings.MEMORY_MAX_EVENTS,
    memoryMaxBytes: settings.MEMORY_MAX_BYTES,
    retention: [
      ...(settings.RETENTION_DAYS_BY_TYPE ?? []),
      ...(settings.RETENTION_DAYS === undefined ? [] : [{ days: settings.RETENTION_DAYS }]),
    ],
    apiKeys: settings.API_KEYS,
    apiKeysFile: settings.API_KEYS_FILE,
    rateLimit: settings.RATE_LIMIT,
    eventsRateLimit: settings.EVENTS_RATE_LIMIT,
    redisUrl: settings.REDIS_URL,
    trustProxyHops: settings.TRUST_PROXY_HOPS,
    corsOrigins: settings.CORS_ORIGINS ?? [],
    // A body beyond the bound of all together could never be read: then it is too large, not to be sent again.
    maxBodyBytes: Math.min(settings.MAX_BODY_BYTES, settings.MAX_INFLIGHT_BODY_BYTES),
    maxBatchEvents: settings.MAX_BATCH_EVENTS,
    maxPayloadBytes: settings.MAX_PAYLOAD_BYTES,
    maxInflightBodyBytes: settings.MAX_INFLIGHT_BODY_BYTES,
    maxConnections: settings.MAX_CONNECTIONS,
    // The header fields are part of the request; Node insists.
    headersTimeoutMs: Math.min(settings.HEADERS_TIMEOUT_MS, settings.REQUEST_TIMEOUT_MS),
    requestTimeoutMs: settings.REQUEST_TIMEOUT_MS,
    keepAliveTimeoutMs: settings.KEEP_ALIVE_TIMEOUT_MS,
    drainDelayMs: settings.DRAIN_DELAY_MS,
    shutdownTimeoutMs: settings.SHUTDOWN_TIMEOUT_MS,
    logLevel: settings.LOG_LEVEL,
    metricsAddress: settings.METRICS_ADDRESS,
  };
}

function complaint(
  issue: v.InferIssue<typeof SettingsSchema>,
  given: Readonly<Record<string, string | undefined>>,
): string {
  const setting = String(issue.path?.[0].key);
  const value = storeName(given[setting] ?? '').slice(0, 100);
  return `${setting}=${value.replaceAll(/\p{Cc}/gu, encodeURIComponent)}: ${issue.message}`;
}

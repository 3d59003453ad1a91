import type { RetentionRule } from '@event-tracker/core';
import * as v from 'valibot';
import type { AppSettings } from '../app/app.ts';
import type { KeySettings } from '../auth/keyring.ts';
import type { ServerSettings } from '../server/http-server.ts';
import type { Address } from '../server/listen.ts';
import type { ShutdownSettings } from '../server/shutdown.ts';
import type { StoreSettings } from '../stores/store-kinds.ts';
import type { LogLevel } from '../telemetry/log.ts';
import { redactUrl } from '../telemetry/redact-url.ts';
import { describeMisspeltSettings } from './misspelt-settings.ts';
import { SettingsSchema } from './settings.ts';

/** The values of all settings. */
export interface Config extends AppSettings, KeySettings, ServerSettings, ShutdownSettings, StoreSettings, Address {
  /** The URL of the Redis in which several servers count, with its password. */
  readonly redisUrl: string | undefined;
  readonly maxPayloadBytes: number;
  /** How long events are kept. The first rule that matches a type applies. */
  readonly retention: readonly RetentionRule[];
  /** Folder with the schemas of event types. */
  readonly schemas: string | undefined;
  /** True if events of types without a schema are refused. */
  readonly schemasRequired: boolean;
  readonly logLevel: LogLevel;
}

/**
 * Reads all settings from the environment. An empty setting counts as not set.
 *
 * @throws Error with a line for each invalid or misspelt setting: its name, its value and what is expected
 */
export function parseConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const misspelt = describeMisspeltSettings(Object.keys(environment), Object.keys(SettingsSchema.entries));
  if (misspelt.length > 0) throw new Error(misspelt.join('\n'));
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = v.safeParse(SettingsSchema, given, { abortPipeEarly: true });
  if (!parsed.success) throw new Error(parsed.issues.map((issue) => complaint(issue, given)).join('\n'));
  const settings = parsed.output;
  return {
    host: settings.BIND_ADDRESS.host,
    port: settings.BIND_ADDRESS.port ?? settings.PORT,
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
    quarantinesInvalid: settings.INGEST_INVALID === 'quarantine',
    schemas: settings.SCHEMAS,
    schemasRequired: settings.SCHEMAS_REQUIRED,
    rateLimit: settings.RATE_LIMIT,
    eventsRateLimit: settings.EVENTS_RATE_LIMIT,
    redisUrl: settings.REDIS_URL,
    trustProxyHops: settings.TRUST_PROXY_HOPS,
    allowedHosts: settings.ALLOWED_HOSTS,
    corsOrigins: settings.CORS_ORIGINS ?? [],
    ingest: settings.INGEST,
    cloudEventsSource: settings.CLOUDEVENTS_SOURCE,
    webPage: settings.WEB_PAGE,
    // A body that exceeds the limit of all bodies would fail at every retry, so it is too large.
    maxBodyBytes: Math.min(settings.MAX_BODY_BYTES, settings.MAX_INFLIGHT_BODY_BYTES),
    maxBatchEvents: settings.MAX_BATCH_EVENTS,
    maxPayloadBytes: settings.MAX_PAYLOAD_BYTES,
    maxInflightBodyBytes: settings.MAX_INFLIGHT_BODY_BYTES,
    maxConnections: settings.MAX_CONNECTIONS,
    maxFollowers: settings.MAX_FOLLOWERS,
    // Node requires this, because the header fields are part of the request.
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
  const value = redactUrl(given[setting] ?? '').slice(0, 100);
  return `${setting}=${value.replaceAll(/\p{Cc}/gu, encodeURIComponent)}: ${issue.message}`;
}

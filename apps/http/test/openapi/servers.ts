import { createOverloadedError } from '@event-tracker/core/schemas';
import { createStoreFullError, createStoreTimeoutError, createStoreUnavailableError } from '@event-tracker/core/store';
import { INGEST_PROTOCOLS } from '../../src/app/ingest/protocols.ts';
import { TEST_KEYS } from '../support/keys.ts';
import { type AppOptions, type ServedApp, serveApp } from '../support/serve-app.ts';

/** Longer than the tests, so that the quota of one request, once used up, stays used up. */
const QUOTA_WINDOW_MS = 3_600_000;

/** The servers on which requests can cause every problem. */
const SERVERS = {
  ordinary: {},
  limited: { config: { rateLimit: { quota: 1, windowMs: QUOTA_WINDOW_MS } } },
  small: { config: { maxBodyBytes: 200, maxBatchEvents: 1, maxPayloadBytes: 20 } },
  forgetful: { config: { retention: [{ days: 1 }] } },
  checking: {
    schemaCheck: () => ({
      mode: 'enforce',
      problems: [
        { pointer: '/payload', code: 'schema_violation', detail: 'must match', keyword: 'not', schema: 'login.json' },
      ],
    }),
  },
  private: { config: { allowedHosts: [] } },
  locked: { keys: TEST_KEYS },
  guarded: { keys: TEST_KEYS, config: { rateLimit: { quota: 1, windowMs: QUOTA_WINDOW_MS } } },
  long: {},
  crowded: { config: { maxInflightBodyBytes: 10, maxFollowers: 0 } },
  impatient: { config: { headersTimeoutMs: 100, requestTimeoutMs: 100 } },
  draining: { isDraining: true },
  unavailable: { failure: createStoreUnavailableError('the store is unavailable') },
  full: { failure: createStoreFullError('the store is full') },
  slow: { failure: createStoreTimeoutError('the store takes too long') },
  busy: { failure: createOverloadedError('too many events wait', { retryAfterMs: 1_000 }) },
  broken: { failure: new Error('a defect') },
} satisfies Record<string, AppOptions>;

export type ServerName = keyof typeof SERVERS;

export type Servers = Readonly<Record<ServerName, ServedApp>>;

export async function startServers(): Promise<Servers> {
  const started = Object.entries<AppOptions>(SERVERS).map(async ([name, options]) => {
    const config = { ingest: INGEST_PROTOCOLS, ...options.config };
    return [name, await serveApp({ ...options, config })] as const;
  });
  return Object.fromEntries(await Promise.all(started)) as Servers;
}

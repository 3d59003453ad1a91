import type { IncomingMessage } from 'node:http';
import type { LocalEventTracker } from '@event-tracker/core';
import { GET_DOCS, GET_METRICS, INGEST_SNOWPLOW, INGEST_SNOWPLOW_PIXEL } from '@event-tracker/http-contract';
import type { Hono } from 'hono';
import { authenticateBody } from '../auth/authenticate-body.ts';
import type { FindKey } from '../auth/keyring.ts';
import { createBodyBudget } from '../body/body-budget.ts';
import { uuidV5 } from '../body/uuid-v5.ts';
import { identifyClient } from '../rate-limit/identify-client.ts';
import { createRateLimiter, type RateLimitSettings } from '../rate-limit/rate-limiter.ts';
import type { SharedCounts } from '../rate-limit/shared-counts.ts';
import type { AppEnv } from '../request/app-env.ts';
import { createCors } from '../request/cors.ts';
import type { SchemaRegistry } from '../schemas/schema-registry.ts';
import type { Address } from '../server/listen.ts';
import { describeError } from '../telemetry/log.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { createAppShell } from './app-shell.ts';
import { createFollowers } from './followers.ts';
import type { IngestProtocol } from './ingest/protocols.ts';
import { addDeletionRoutes } from './routes/deletion.ts';
import { addDocsRoutes } from './routes/docs.ts';
import { addEventRoutes } from './routes/events.ts';
import { addForeignRoutes } from './routes/foreign.ts';
import { addMetricsRoutes } from './routes/metrics.ts';
import { addPageRoutes } from './routes/page.ts';
import { addProbeRoutes } from './routes/probes.ts';
import { addProblemRoutes } from './routes/problems.ts';
import { addQuarantineRoutes } from './routes/quarantine.ts';
import { addSchemaRoutes } from './routes/schemas.ts';
import { addStatsRoutes } from './routes/stats.ts';

/** Settings of the app; `config.ts` reads them from the environment. */
export interface AppSettings extends RateLimitSettings {
  /** Path that precedes every path, such as `/tracker`; empty for the root. */
  readonly basePath: string;
  /** Origins whose pages can call the API from a browser. */
  readonly corsOrigins: readonly string[];
  /** The protocols of other systems whose events are accepted. */
  readonly ingest: readonly IngestProtocol[];
  /** The `source` of events that are returned as CloudEvents. */
  readonly cloudEventsSource: string;
  readonly maxBodyBytes: number;
  readonly maxPayloadBytes: number;
  readonly maxInflightBodyBytes: number;
  readonly maxFollowers: number;
  /** True if events of other systems that are not valid are quarantined. */
  readonly quarantinesInvalid: boolean;
  /** Number of trusted proxies in front of the server. */
  readonly trustProxyHops: number;
  /** True if the web page is served. */
  readonly webPage: boolean;
  /** Separate address of the metrics, if any. */
  readonly metricsAddress: Address | undefined;
}

export interface AppDependencies {
  readonly tracker: LocalEventTracker;
  /** Kind of the store, e.g. `memory`. */
  readonly storeKind: string;
  /** True if acknowledged changes were missing when the store was opened. */
  readonly isStoreDamaged?: boolean | undefined;
  readonly settings: AppSettings;
  /** `undefined` if there are no keys: every client can do everything. */
  readonly findKey: FindKey | undefined;
  /** Counts shared between servers; without it, each server counts alone. */
  readonly sharedCounts?: SharedCounts | undefined;
  /** Schemas of event types; absent if there are none. */
  readonly schemas?: SchemaRegistry | undefined;
  /** True if the server is stopping. */
  readonly isDraining: () => boolean;
  /** Aborted when every stream must end. */
  readonly stopping: AbortSignal;
  /** Time after which a stream without events shows that it is alive. Default: 15 seconds. */
  readonly heartbeatMs?: number | undefined;
  /** The version of the server. */
  readonly version: string;
  readonly telemetry: Telemetry;
}

/** Proxies and clients close a connection on which nothing moves for a minute, or for half of one. */
const HEARTBEAT_MS = 15_000;

/** Composes the HTTP API over a tracker: an app that neither listens nor reads the environment. */
export function createApp(dependencies: AppDependencies): Hono<AppEnv> {
  const { tracker, storeKind, isStoreDamaged, settings, findKey, sharedCounts, isDraining, stopping } = dependencies;
  const { version, telemetry } = dependencies;
  const { basePath, metricsAddress, maxInflightBodyBytes, maxFollowers } = settings;
  const rateLimiter = createRateLimiter(settings, sharedCounts);
  const bodyBudget = createBodyBudget(maxInflightBodyBytes);
  const followers = createFollowers({ maxFollowers, stopping });
  telemetry.watch({
    followers: followers.count,
    followLagSeconds: followers.lagSeconds,
    bodyBytesInFlight: () => bodyBudget.taken(),
    isReady: () =>
      !isDraining() &&
      tracker.ping().then(
        () => true,
        () => false,
      ),
    isRateLimiterDegraded: () => sharedCounts?.isDegraded() ?? false,
  });

  const metricsPath = `${basePath}${GET_METRICS.path}`;
  const snowplowPaths = settings.ingest.includes('snowplow') ? [INGEST_SNOWPLOW.path, INGEST_SNOWPLOW_PIXEL.path] : [];
  const cors = createCors(settings.corsOrigins, new Set(snowplowPaths.map((path) => basePath + path)));
  const { root, routes } = createAppShell({
    basePath,
    docsPath: `${basePath}${GET_DOCS.path}`,
    cors,
    findKey,
    telemetry,
  });
  root.use(identifyClient(settings.trustProxyHops));
  addProbeRoutes(routes, { tracker, storeKind, isStoreDamaged, sharedCounts, isDraining, version });
  // A scrape with a valid key is not limited, but guesses of keys are counted.
  if (rateLimiter && findKey)
    root.use(metricsPath, (c, next) => (c.get('scopes') ? next() : rateLimiter.limitRequests(c, next)));
  if (!metricsAddress) addMetricsRoutes(routes, telemetry.metrics);
  if (rateLimiter) root.use(rateLimiter.limitRequests); // also outside the base path, so that guesses of keys are counted
  addProblemRoutes(routes, basePath);
  addDocsRoutes(routes, { basePath, version });
  if (settings.webPage) addPageRoutes(routes, basePath);
  else for (const path of ['', '/']) routes.redirect(path, GET_DOCS.path); // for browsers that request the address alone
  routes.redirect(`${GET_DOCS.path}/`, GET_DOCS.path);
  const submitting = {
    tracker,
    limits: settings,
    eventLimiter: rateLimiter?.eventLimiter,
    bodyBudget,
    authenticateBody: findKey && authenticateBody(findKey),
    quarantinesInvalid: settings.quarantinesInvalid,
    isAllowedOrigin: (incoming: IncomingMessage) => cors?.isAllowed(incoming) ?? false,
  };
  addEventRoutes(routes, {
    ...submitting,
    basePath,
    cloudEvents: settings.ingest.includes('cloudevents')
      ? { deriveId: uuidV5, trackerSource: settings.cloudEventsSource }
      : undefined,
    following: {
      tracker,
      followers,
      heartbeatMs: dependencies.heartbeatMs ?? HEARTBEAT_MS,
      delivered: telemetry.metrics.eventsDelivered,
      onBrokenStream: (requestId, cause) => {
        telemetry.metrics.streamBroken();
        telemetry.log.error({ request_id: requestId, error: describeError(cause) }, 'stream broken off');
      },
    },
    onBrokenExport: (requestId, cause) => {
      telemetry.metrics.exportBroken();
      telemetry.log.error({ request_id: requestId, error: describeError(cause) }, 'export broken off');
    },
  });
  // Initialized to 0, because Prometheus sees increases, not first values.
  for (const protocol of settings.ingest)
    telemetry.metrics.eventsIngested(protocol, { stored: 0, duplicate: 0, refused: 0 });
  addForeignRoutes(routes, { ...submitting, protocols: settings.ingest });
  addDeletionRoutes(routes, { tracker });
  addStatsRoutes(routes, { tracker });
  addSchemaRoutes(routes, dependencies.schemas);
  addQuarantineRoutes(routes, { tracker, limits: settings });
  routes.refuseOtherMethods();
  return root;
}

export type OperatingAppDependencies = Omit<AppDependencies, 'settings' | 'findKey' | 'stopping' | 'schemas'>;

/** Composes the app of `METRICS_ADDRESS`: metrics and probes for a private network, without limits and keys. */
export function createOperatingApp({ telemetry, ...probes }: OperatingAppDependencies): Hono<AppEnv> {
  const { root, routes } = createAppShell({
    basePath: '',
    docsPath: undefined,
    cors: undefined,
    findKey: undefined,
    telemetry,
  });
  addProbeRoutes(routes, probes);
  addMetricsRoutes(routes, telemetry.metrics);
  routes.refuseOtherMethods();
  return root;
}

import type { EventStorePort, EventTracker } from '@event-tracker/core';
import { Hono } from 'hono';
import { answer } from './answer.ts';
import type { AppEnv } from './app-env.ts';
import { authenticate } from './auth/authenticate.ts';
import { type Authorize, authorize } from './auth/authorize.ts';
import type { FindKey } from './auth/keyring.ts';
import { createBodyBudget } from './body/body-budget.ts';
import { renderProblem, toProblem } from './problem-response.ts';
import { createRateLimiter, type RateLimitSettings } from './rate-limit/rate-limiter.ts';
import type { SharedCounts } from './rate-limit/shared-counts.ts';
import { createRequestError } from './request-error.ts';
import { requestIdOf } from './request-id.ts';
import { addDocsRoutes } from './routes/docs.ts';
import { addEventRoutes } from './routes/events.ts';
import { addProbeRoutes } from './routes/probes.ts';
import { addProblemRoutes } from './routes/problems.ts';
import { addRemovalRoutes } from './routes/removal.ts';
import { addStatsRoutes } from './routes/stats.ts';
import { createRoutes } from './routes.ts';

/** What the app is told of its surroundings; `config.ts` reads each from the environment. */
export interface AppSettings extends RateLimitSettings {
  /** Path under which everything stands, such as `/tracker`; empty for the root. */
  readonly basePath: string;
  readonly maxBodyBytes: number;
  readonly maxPayloadBytes: number;
  readonly maxInflightBodyBytes: number;
}

export interface AppDependencies {
  readonly tracker: EventTracker;
  readonly store: Pick<EventStorePort, 'guarantees' | 'ping'>;
  /** What the operator calls the store, e.g. `memory:`. */
  readonly storeName: string;
  readonly settings: AppSettings;
  /** `undefined` where there are no keys, and everybody may do everything. */
  readonly findKey: FindKey | undefined;
  /** Where servers count together what clients may do; without it, each counts alone. */
  readonly sharedCounts?: SharedCounts | undefined;
  /** Whether the server is about to stop. */
  readonly isDraining: () => boolean;
  /** Told of what a person should look into, one line each. */
  readonly log: (line: string) => void;
}

/** Composes the HTTP API over a tracker: an app that neither listens nor reads the environment. */
export function createApp(dependencies: AppDependencies): Hono<AppEnv> {
  const { tracker, store, storeName, settings, findKey, sharedCounts, isDraining, log } = dependencies;
  const { basePath, maxInflightBodyBytes } = settings;
  const rateLimiter = createRateLimiter(settings, sharedCounts);
  const allow: Authorize = findKey ? authorize : () => {};
  const root = new Hono<AppEnv>();
  root.notFound((c) => {
    allow(c, 'any key'); // what there is and what not is no stranger's business
    throw createRequestError('not_found', 'there is nothing at this path');
  });
  root.onError((error, c) => {
    const requestId = c.get('requestId');
    const problem = toProblem(error, c.get('placeOf'));
    if (problem.code === 'internal') log(`request ${requestId} failed: ${error.stack ?? error}`);
    const { status, headers, body } = renderProblem(problem, requestId, basePath);
    return answer(c, status, body, headers);
  });
  root.use((c, next) => {
    const requestId = requestIdOf(c.env.incoming.headers['x-request-id']);
    c.set('requestId', requestId);
    c.set('headers', { 'X-Request-Id': requestId });
    return next().catch(throwError);
  });
  if (findKey) root.use(authenticate(findKey));

  const app = root.basePath(basePath);
  const routes = createRoutes(app, allow);
  addProbeRoutes(routes, { store, storeName, sharedCounts, isDraining });
  if (rateLimiter) app.use(rateLimiter.limitRequests);
  addProblemRoutes(routes, basePath);
  addDocsRoutes(routes, basePath);
  addEventRoutes(routes, {
    tracker,
    basePath,
    limits: settings,
    eventLimiter: rateLimiter?.eventLimiter,
    bodyBudget: createBodyBudget(maxInflightBodyBytes),
    onBrokenExport: (requestId, cause) => log(`request ${requestId}: export broken off: ${cause}`),
  });
  addRemovalRoutes(routes, { tracker });
  addStatsRoutes(routes, { tracker });
  routes.refuseOtherMethods();
  return root;
}

/** Hono passes to `onError` only what is an Error; whatever else a store throws has to be answered as well. */
function throwError(thrown: unknown): never {
  throw thrown instanceof Error ? thrown : new Error(`something was thrown that is no Error: ${String(thrown)}`);
}

import { GET_LIVENESS, type Problem } from '@event-tracker/http-contract';
import type { Hono } from 'hono';
import type { FindKey } from '../auth/keyring.ts';
import type { AppEnv } from '../request/app-env.ts';
import { createCors } from '../request/cors.ts';
import { renderProblem } from '../response/render-problem.ts';
import { respond, respondJson } from '../response/respond.ts';
import { observationOf } from '../telemetry/observation.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import type { AppSettings } from './app.ts';
import { createAppShell } from './app-shell.ts';
import { addMetricsRoutes } from './routes/metrics.ts';

export interface MigratingAppDependencies {
  readonly settings: Pick<AppSettings, 'basePath' | 'corsOrigins'>;
  /** `undefined` if there are no keys. */
  readonly findKey: FindKey | undefined;
  /** True if the app has the metrics. */
  readonly hasMetrics: boolean;
  readonly telemetry: Telemetry;
  /** Returns the share of the store that is migrated, from 0 to 1. */
  readonly share: () => number;
}

/** A migration takes from seconds to minutes. */
const RETRY_AFTER_SECONDS = '5';

/**
 * Composes the app of a server whose store is being migrated: the liveness probe passes, so that no orchestrator restarts the
 * server, there are metrics, and every other request is refused.
 */
export function createMigratingApp(dependencies: MigratingAppDependencies): Hono<AppEnv> {
  const { settings, findKey, hasMetrics, telemetry, share } = dependencies;
  const { basePath, corsOrigins } = settings;
  const cors = createCors(corsOrigins);
  const { root, routes } = createAppShell({ basePath, docsPath: undefined, cors, findKey, telemetry });
  routes.add(GET_LIVENESS, (c) => respondJson(c, 200, { status: 'alive' }));
  if (hasMetrics) addMetricsRoutes(routes, telemetry.metrics);
  root.all('*', (c) => {
    const problem: Problem = {
      code: 'store_unavailable',
      detail: `the store is being migrated to the format of this version; ${percent(share())} is done`,
      headers: { 'Retry-After': RETRY_AFTER_SECONDS },
    };
    observationOf(c.env.outgoing).problem = problem.code;
    const { status, headers, body } = renderProblem(problem, c.get('requestId'), basePath);
    return respond(c, status, body, headers);
  });
  return root;
}

/** Rounds down, so that only a complete migration has 100 %. */
export function percent(share: number): string {
  return `${Math.floor(share * 100)} %`;
}

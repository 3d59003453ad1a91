import { createRequestError, isStoreFailure, toProblem } from '@event-tracker/http-contract';
import { Hono } from 'hono';
import { authenticate } from '../auth/authenticate.ts';
import { type Authorize, authorize } from '../auth/authorize.ts';
import type { FindKey } from '../auth/keyring.ts';
import type { AppEnv } from '../request/app-env.ts';
import { commonHeaders } from '../request/common-headers.ts';
import type { Cors } from '../request/cors.ts';
import { requestIdOf } from '../request/request-id.ts';
import { renderProblem } from '../response/render-problem.ts';
import { respond } from '../response/respond.ts';
import { describeError } from '../telemetry/log.ts';
import { noteRoute, observationOf, UNMATCHED } from '../telemetry/observation.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { nearestPath } from './nearest-path.ts';
import { createRoutes, type Routes } from './routes/routes.ts';

/** An app without routes, and the way to give it some. */
export interface AppShell {
  readonly root: Hono<AppEnv>;
  readonly routes: Routes;
}

export interface AppShellOptions {
  /** Path under which everything stands; empty for the root. */
  readonly basePath: string;
  /** Path of the page that describes what there is; `undefined` where there is none. */
  readonly docsPath: string | undefined;
  /** `undefined` where no other origin's pages may call. */
  readonly cors: Cors | undefined;
  /** `undefined` where there are no keys, and everybody may do everything. */
  readonly findKey: FindKey | undefined;
  readonly telemetry: Telemetry;
}

/** Makes what every request has, and what becomes of whatever is thrown. */
export function createAppShell(options: AppShellOptions): AppShell {
  const { basePath, docsPath, cors, findKey, telemetry } = options;
  const { log, metrics } = telemetry;
  const allow: Authorize = findKey ? authorize : () => {};
  const hint = docsPath === undefined ? '' : `; ${docsPath} describes what there is`;
  const root = new Hono<AppEnv>();
  const routes = createRoutes(root, basePath, allow);
  root.notFound((c) => {
    allow(c, 'any key'); // what there is and what not is no stranger's business
    const paths = routes.operations.map(({ path }) => path);
    const nearest = nearestPath(c.req.path, paths);
    const meant = nearest === undefined ? '' : `; did you mean ${basePath}${nearest}?`;
    throw createRequestError('not_found', `there is nothing at this path${meant || hint}`);
  });
  root.onError((error, c) => {
    const requestId = c.get('requestId');
    const observation = observationOf(c.env.outgoing);
    const problem = toProblem(error, c.get('placeOf'));
    observation.problem = problem.code;
    if (isStoreFailure(error)) observation.reason = error.message;
    const path = observation.route === UNMATCHED ? routes.pathOf(c) : undefined;
    if (path !== undefined) noteRoute(observation, path);
    if (problem.code === 'internal') {
      metrics.defectFound();
      log.error({ request_id: requestId, error: describeError(error) }, 'request failed');
    }
    const { status, headers, body } = renderProblem(problem, requestId, basePath);
    return respond(c, status, body, headers);
  });
  root.use((c, next) => {
    const { incoming, outgoing } = c.env;
    const requestId = requestIdOf(incoming.headers['x-request-id']);
    observationOf(outgoing).requestId = requestId;
    c.set('requestId', requestId);
    c.set('headers', commonHeaders(requestId, cors, incoming));
    const preflightHeaders = cors?.preflightHeadersFor(incoming);
    if (preflightHeaders) return Promise.resolve(respond(c, 204, null, preflightHeaders));
    return next().catch(throwError);
  });
  if (findKey) root.use(authenticate(findKey));

  return { root, routes };
}

/** Hono passes to `onError` only what is an Error; whatever else a store throws has to be answered as well. */
function throwError(thrown: unknown): never {
  throw thrown instanceof Error ? thrown : new Error(`something was thrown that is no Error: ${String(thrown)}`);
}

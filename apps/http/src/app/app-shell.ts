import { createRequestError, isStoreFailure, toProblem } from '@event-tracker/http-contract';
import { Hono } from 'hono';
import { RegExpRouter } from 'hono/router/reg-exp-router';
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

/** An app without routes, and the routes to add to it. */
export interface AppShell {
  readonly root: Hono<AppEnv>;
  readonly routes: Routes;
}

export interface AppShellOptions {
  /** Path that precedes every path; empty for the root. */
  readonly basePath: string;
  /** Path of the documentation page; `undefined` if there is none. */
  readonly docsPath: string | undefined;
  /** `undefined` if pages of other origins must not call. */
  readonly cors: Cors | undefined;
  /** `undefined` if there are no keys: every client can do everything. */
  readonly findKey: FindKey | undefined;
  readonly telemetry: Telemetry;
}

/** Creates the parts common to all requests: ids, header fields, keys and error responses. */
export function createAppShell(options: AppShellOptions): AppShell {
  const { basePath, docsPath, cors, findKey, telemetry } = options;
  const { log, metrics } = telemetry;
  const allow: Authorize = findKey ? authorize : () => {};
  const hint = docsPath === undefined ? '' : `; see ${docsPath}`;
  // The fast router of Hono. By default, Hono uses a slower one without notice if a path is added that this one does not support.
  const root = new Hono<AppEnv>({ router: new RegExpRouter() });
  const routes = createRoutes(root, basePath, allow);
  root.notFound((c) => {
    allow(c, 'any key'); // clients without a key must not find out which paths exist
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

/** Hono passes only instances of Error to `onError`, but a store can throw any value. */
function throwError(thrown: unknown): never {
  throw thrown instanceof Error ? thrown : new Error(`a value was thrown that is not an Error: ${String(thrown)}`);
}

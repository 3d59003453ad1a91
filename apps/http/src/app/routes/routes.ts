import type { Operation } from '@event-tracker/http-contract';
import { type Access, createRequestError, type QueryParameters, readQueryString } from '@event-tracker/http-contract';
import type { Hono } from 'hono';
import { routePath } from 'hono/route';
import type { Authorize } from '../../auth/authorize.ts';
import type { AppContext, AppEnv } from '../../request/app-env.ts';
import { respond } from '../../response/respond.ts';
import { noteRoute, observationOf } from '../../telemetry/observation.ts';

/** The only way for an operation into the app: what is answered, what is refused and what is described cannot differ. */
export interface Routes {
  /** All that were added so far. */
  readonly operations: readonly Operation[];
  /** Has an operation answered. Clients without its scope are refused before, and query parameters that it does not have. */
  add(operation: Operation, handler: Handler): void;
  /** Leads from a path to that of an operation, with or without a key. */
  redirect(from: string, to: string): void;
  /** Tells any other method, on the paths of all operations, which methods there are; where those need a key, with one. */
  refuseOtherMethods(): void;
  /** The path of the operations that a request is for, if any: also before one of them begins with it. */
  pathOf(c: AppContext): string | undefined;
}

type Handler = (c: AppContext, parameters: QueryParameters) => Response | Promise<Response>;

export function createRoutes(root: Hono<AppEnv>, basePath: string, allow: Authorize): Routes {
  const app = root.basePath(basePath);
  const operations: Operation[] = [];
  const paths = new Map<string, string>();
  return {
    operations,
    add: (operation, handler) => {
      const known = Object.fromEntries(
        Object.entries(operation.queryParameters).map(([name, { occurs }]) => [name, occurs]),
      );
      app.on(operation.method, pathPattern(operation), (c) => {
        noteRoute(observationOf(c.env.outgoing), operation.path);
        allow(c, operation.scope);
        if (!operation.requestBody) refuseBody(c);
        return handler(c, readQueryString(c.req.url, known));
      });
      operations.push(operation);
      paths.set(app.routes.at(-1)?.path ?? '', operation.path);
    },
    redirect: (from, to) => {
      const refuse = refuseMethod('GET, HEAD');
      root.all(basePath + from, (c) => {
        if (c.req.method !== 'GET' && c.req.method !== 'HEAD') return refuse(c);
        refuseBody(c);
        return respond(c, 307, null, { Location: basePath + to });
      });
    },
    refuseOtherMethods: () => {
      for (const [path, ofPath] of Map.groupBy(operations, pathPattern)) {
        const access: Access = ofPath.every(({ scope }) => scope === 'open') ? 'open' : 'any key';
        const refuse = refuseMethod(methodsOf(ofPath));
        app.all(path, (c) => {
          allow(c, access);
          return refuse(c);
        });
      }
    },
    pathOf: (c) => paths.get(routePath(c, -1)),
  };
}

/** @throws RequestError unexpected_body, because a filter in a body would be ignored */
function refuseBody(c: AppContext): void {
  const { headers, method } = c.env.incoming;
  if (headers['transfer-encoding'] === undefined && Number(headers['content-length'] ?? 0) === 0) return;
  throw createRequestError(
    'unexpected_body',
    `a ${method} request must not have a body; put parameters into the query string`,
  );
}

/** The methods that a list of operations answers: for Allow. */
function methodsOf(operations: readonly Operation[]): string {
  const methods = operations.flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method]));
  return [...new Set(methods)].sort().join(', ');
}

/** The path as Hono writes it. */
function pathPattern({ path }: Operation): string {
  return path.replaceAll(/\{(\w+)\}/g, ':$1');
}

function refuseMethod(methods: string) {
  return (c: AppContext): never => {
    throw createRequestError(
      'method_not_allowed',
      `${c.req.method.slice(0, 20)} is not allowed; allowed methods: ${methods}`,
      {
        headers: { Allow: methods },
      },
    );
  };
}

import type { Operation } from '@event-tracker/http-contract';
import { type Access, createRequestError, type QueryParameters, readQueryString } from '@event-tracker/http-contract';
import type { Hono } from 'hono';
import { routePath } from 'hono/route';
import type { Authorize } from '../../auth/authorize.ts';
import type { AppContext, AppEnv } from '../../request/app-env.ts';
import { respond } from '../../response/respond.ts';
import { noteRoute, observationOf } from '../../telemetry/observation.ts';

/** The only way to add an operation to the app, so that its behaviour and its description cannot differ. */
export interface Routes {
  /** All operations that were added so far. */
  readonly operations: readonly Operation[];
  /** Adds an operation. Requests without its scope, or with unknown query parameters, are rejected before its handler. */
  add(operation: Operation, handler: Handler): void;
  /** Redirects a path to that of an operation, with or without a key. */
  redirect(from: string, to: string): void;
  /** Rejects all other methods on the paths of operations, naming the allowed ones. Requires a key where all operations do. */
  refuseOtherMethods(): void;
  /** Returns the path of the operations that match a request, if any, also before the handler runs. */
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

/** Returns the methods of operations, for Allow. */
function methodsOf(operations: readonly Operation[]): string {
  const methods = operations.flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method]));
  return [...new Set(methods)].sort().join(', ');
}

/** Returns the path in the syntax of Hono. */
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

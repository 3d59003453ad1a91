import type { Operation } from '@event-tracker/http-contract';
import { type Access, createRequestError, type QueryParameters, readQueryString } from '@event-tracker/http-contract';
import type { Hono } from 'hono';
import { routePath } from 'hono/route';
import { type Authorize, hasKey } from '../../auth/authorize.ts';
import type { AppContext, AppEnv } from '../../request/app-env.ts';
import { respond } from '../../response/respond.ts';
import { noteRoute, observationOf } from '../../telemetry/observation.ts';

/** The only way to add an operation to the app, so that its behaviour and its description cannot differ. */
export interface Routes {
  /** All operations that were added so far. */
  readonly operations: readonly Operation[];
  /** Adds an operation. Requests without its scope, or with unknown query parameters, are rejected before its handler. */
  add(operation: Operation, handler: Handler): void;
  /** Serves a path that is not part of the API, such as a web page, with or without a key and with any query parameters. */
  serve(path: string, handler: (c: AppContext) => Response | Promise<Response>): void;
  /** Redirects a path to another one, with or without a key. */
  redirect(from: string, to: string): void;
  /** Rejects all other methods on the paths of operations, naming the allowed ones. Requires a key where all operations do. */
  refuseOtherMethods(): void;
  /** Returns the path that was added and matches a request, if any, also before the handler runs. */
  pathOf(c: AppContext): string | undefined;
}

type Handler = (c: AppContext, parameters: QueryParameters) => Response | Promise<Response>;

export function createRoutes(root: Hono<AppEnv>, basePath: string, allow: Authorize): Routes {
  const app = root.basePath(basePath);
  const operations: Operation[] = [];
  const paths = new Map<string, string>();

  function serve(path: string, handler: (c: AppContext) => Response | Promise<Response>): void {
    const refuse = refuseMethod('GET, HEAD');
    const route = path === '' ? '/' : path.replaceAll(/:(\w+)/g, '{$1}');
    paths.set(basePath + path, route);
    root.all(basePath + path, (c) => {
      noteRoute(observationOf(c.env.outgoing), route);
      if (c.req.method !== 'GET' && c.req.method !== 'HEAD') return refuse(c);
      refuseBody(c);
      return handler(c);
    });
  }

  return {
    operations,
    add: (operation, handler) => {
      const known = Object.fromEntries(
        Object.entries(operation.queryParameters).map(([name, { occurs }]) => [name, occurs]),
      );
      app.on(operation.method, pathPatterns(operation), (c) => {
        const observation = observationOf(c.env.outgoing);
        noteRoute(observation, operation.path);
        observation.protocol = operation.protocol;
        // Without a key so far, the handler looks for it in the body.
        if (!operation.acceptsKeyInBody || hasKey(c)) allow(c, operation.scope);
        if (!operation.requestBody) refuseBody(c);
        return handler(c, readQueryString(c.req.url, known));
      });
      operations.push(operation);
      for (const path of pathPatterns(operation)) paths.set(basePath + path, operation.path);
    },
    serve,
    redirect: (from, to) => serve(from, (c) => respond(c, 307, null, { Location: basePath + to })),
    refuseOtherMethods: () => {
      for (const ofPath of Map.groupBy(operations, ({ path }) => path).values()) {
        const access: Access = ofPath.every(({ scope }) => scope === 'open') ? 'open' : 'any key';
        const refuse = refuseMethod(methodsOf(ofPath));
        // Where not all operations accept a slash at the end, the path with it does not exist for the other methods.
        const [patterns = [], ...others] = ofPath.map(pathPatterns);
        for (const pattern of patterns.filter((one) => others.every((other) => other.includes(one))))
          app.all(pattern, (c) => {
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

/**
 * Returns the paths of an operation in the syntax of Hono. A path parameter with known values becomes one path for each
 * value: Hono's fast router does not support a pattern next to fixed paths such as `/v1/logs`.
 */
function pathPatterns({ path, pathParameters = {}, protocol, acceptsTrailingSlash }: Operation): string[] {
  const listed = protocol === undefined ? {} : pathParameters;
  const paths = Object.entries(listed).reduce<readonly string[]>(
    (patterns, [name, schema]) =>
      patterns.flatMap((pattern) => choicesOf(schema).map((choice) => pattern.replace(`{${name}}`, choice))),
    [path],
  );
  const patterns = paths.map(toPattern);
  return acceptsTrailingSlash ? patterns.flatMap((pattern) => [pattern, `${pattern}/`]) : patterns;
}

function toPattern(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ':$1');
}

/** Returns the values that a path parameter can have. */
function choicesOf(schema: object): readonly string[] {
  if ('options' in schema && Array.isArray(schema.options)) return schema.options.map(String);
  throw new TypeError('a path parameter of a foreign call must be a list of values');
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

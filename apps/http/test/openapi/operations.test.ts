import { PROBLEMS, type ProblemCode, SEGMENT_CALLS } from '@event-tracker/http-contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { get, jsonOf, post } from '../support/client.ts';
import { basic, bearer, KEY } from '../support/keys.ts';
import type { ProblemDocument } from '../support/problem.ts';
import { serveApp } from '../support/serve-app.ts';
import { createContract, fieldsOf } from './contract.ts';
import { codesOf, type DescribedOperation, type OpenApiDocument, scopeOf } from './open-api-document.ts';
import { valuesOf } from './query-values.ts';
import {
  FURTHER_PARAMETERS,
  LONG_EVENTS,
  REFUSED,
  REFUSED_BY_ALL,
  type Request,
  refusedForBody,
  refusedForKeys,
  SERVED,
  STORED_EVENTS,
  send,
  UNKNOWN,
} from './requests.ts';
import { startServers } from './servers.ts';

/*
 * Compares the document with the server: both must have the same routes, parameters, statuses, problem codes and header
 * fields.
 */

const servers = await startServers();
afterAll(() => {
  for (const { close } of Object.values(servers)) close();
});

const { url } = servers.ordinary;
const document = jsonOf<OpenApiDocument>(await get(`${url}/openapi.json`));
const contract = createContract(document);

/** A call of Segment, each of which has a route. */
const SEGMENT_PATH = /^\/v1\/(?!logs)(\w+)/;

interface Described {
  readonly path: string;
  readonly method: string;
  readonly operation: DescribedOperation;
}

const described: readonly Described[] = Object.entries(document.paths).flatMap(([path, operations]) =>
  Object.entries(operations).map(([method, operation]) => ({ path, method, operation })),
);
const bodied = described.filter(({ method }) => method !== 'head');

beforeAll(async () => {
  await get(`${servers.limited.url}/docs`); // uses up the quota of one request
  await get(`${servers.guarded.url}/metrics`, { Authorization: 'Bearer wrong' }); // uses up the quota of one request
  expect((await post(`${servers.long.url}/events`, JSON.stringify(LONG_EVENTS))).status).toBe(200);
  expect((await post(`${url}/events`, JSON.stringify(STORED_EVENTS))).status).toBe(200);
});

describe('the OpenAPI document', () => {
  test('describes exactly the routes of the app', () => {
    const routed = servers.ordinary.app.routes
      .filter(({ method }) => method !== 'ALL')
      .map(({ method, path }) => ({ method, path: path.replace(/(?<=.)\/$/, '').replace(SEGMENT_PATH, '/v1/:call') }))
      .flatMap(({ method, path }) => (method === 'GET' ? [`GET ${path}`, `HEAD ${path}`] : [`${method} ${path}`]));
    const paths = described.map(
      ({ method, path }) => `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`,
    );
    expect([...paths].sort()).toEqual([...new Set(routed)].sort());
  });

  test('describes each call of Segment', () => {
    const calls = servers.ordinary.app.routes.flatMap(({ path }) => SEGMENT_PATH.exec(path)?.[1] ?? []);
    expect([...new Set(calls)]).toEqual(Object.keys(SEGMENT_CALLS));
  });

  test('has only parts that these tests check', () => {
    const ids = bodied.map(({ operation }) => operation.operationId).sort();
    expect(Object.keys(SERVED).sort()).toEqual(ids);
    expect(Object.keys(REFUSED).sort()).toEqual(ids);
  });

  test('has an example of every problem, as in the responses', () => {
    expect(Object.keys(document.components.examples)).toEqual(Object.keys(PROBLEMS));
    for (const [code, { value }] of Object.entries(document.components.examples)) {
      expect(value).toMatchObject({ code, type: `/problems/${code}`, status: PROBLEMS[code as ProblemCode].status });
      expect(contract.problemsOf(value, 'components', 'schemas', 'Problem')).toEqual([]);
    }
  });

  test('has every problem in a response', () => {
    const codes = bodied.flatMap(({ operation }) => Object.values(operation.responses).flatMap(codesOf));
    expect(new Set([...codes, 'method_not_allowed'])).toEqual(new Set(Object.keys(PROBLEMS)));
  });

  test('has paths below the base path', async () => {
    const { url: below, close } = await serveApp({ config: { basePath: '/tracker' } });
    const { servers: listed, components } = jsonOf<OpenApiDocument>(await get(`${below}/openapi.json`));
    close();
    expect(listed).toEqual([{ url: '/tracker' }]);
    expect(components.examples.internal?.value).toMatchObject({ type: '/tracker/problems/internal' });
  });
});

/** Checks of requests that arrive slowly. They run together, because each waits for a timeout. */
const slowChecks: (() => Promise<void>)[] = [];

describe.each(bodied)('$method $path', ({ method, path, operation }) => {
  const { operationId, parameters, responses } = operation;
  const acceptsAny = parameters.some(({ name }) => name === '*');
  const known = parameters.filter((parameter) => parameter.in === 'query' && parameter.name !== '*');
  const refused = {
    ...REFUSED_BY_ALL,
    ...(acceptsAny && { invalid_query: { query: '?a=%ff' } }),
    ...refusedForBody(operation),
    ...refusedForKeys(operation),
    ...REFUSED[operationId],
  };
  const requests = Object.entries(refused) as [ProblemCode, Request][];
  const [slow, quick] = [requests.filter(isSlow), requests.filter((request) => !isSlow(request))];
  slowChecks.push(...slow.map((request) => () => expectProblemOf(request)));
  const served = SERVED[operationId] ?? [];
  const label = (request: Request): string => `${method} ${JSON.stringify({ path, ...request }).slice(0, 200)}`;

  test('responds as described', async () => {
    const seen = new Map<string, Set<string>>();
    for (const request of served) {
      const response = await send(servers, method, path, request);
      contract.expectDescribed(response, label(request), 'paths', path, method, 'responses', String(response.status));
      const fields = seen.get(String(response.status)) ?? new Set();
      seen.set(String(response.status), fields);
      for (const name of fieldsOf(response)) fields.add(name);
    }
    const successes = Object.entries(responses).filter(([status]) => Number(status) < 400);
    expect([...seen.keys()].sort()).toEqual(successes.map(([status]) => status));
    for (const [status, { headers }] of successes) {
      const names = Object.keys(headers).map((name) => name.toLowerCase());
      expect([...(seen.get(status) ?? [])].sort(), `header fields of ${status}`).toEqual(names.sort());
    }
  });

  test('has exactly the described problems', async () => {
    const codes = Object.values(responses).flatMap(codesOf);
    expect([...codes].sort()).toEqual(requests.map(([code]) => code).sort());
    await Promise.all(quick.map(expectProblemOf));
  });

  async function expectProblemOf([code, request]: [ProblemCode, Request]): Promise<void> {
    const response = await send(servers, method, path, request);
    expect([response.status, jsonOf<{ code: string }>(response).code], label(request)).toEqual([
      PROBLEMS[code].status,
      code,
    ]);
    contract.expectDescribed(response, label(request), 'paths', path, method, 'responses', String(response.status));
  }

  test('accepts exactly the described keys, in every described way', async () => {
    const scope = scopeOf(operation);
    const ways = { bearer, basic };
    expect(Object.keys(document.components.securitySchemes)).toEqual(Object.keys(ways));
    expect(operation.security).toEqual(scope === undefined ? [] : Object.keys(ways).map((way) => ({ [way]: [scope] })));
    for (const fieldsWith of Object.values(ways)) {
      for (const [own, key] of Object.entries(KEY)) {
        const { status } = await send(servers, method, path, { server: 'locked', headers: fieldsWith(key) });
        const isEnough = scope === undefined || own === scope || own === 'admin';
        expect(status === 403, `${status} with the scope ${own}`).toBe(!isEnough);
        expect(status).not.toBe(401);
      }
    }
  });

  test.skipIf(acceptsAny)('accepts exactly the described query parameters', async () => {
    const { errors } = jsonOf<ProblemDocument>(await send(servers, method, path, UNKNOWN));
    const [, names = ''] = /; expected (?:no parameters|(.+))$/.exec(errors?.[0]?.detail ?? '') ?? [];
    expect(names.split(', ').filter(Boolean).sort()).toEqual(known.map(({ name }) => name.replace('*', 'PATH')).sort());
  });

  const values = known.map(({ name, schema }) => ({ name, ...valuesOf(name, schema) }));
  test.each(values.filter(({ bad }) => bad.length > 0))(
    'accepts for $name exactly the described values',
    async ({ good, bad }) => {
      const further = FURTHER_PARAMETERS[operationId] ?? '';
      for (const query of good) {
        expect((await send(servers, method, path, { query: query + further })).status, query).toBe(200);
      }
      for (const query of bad) {
        const response = await send(servers, method, path, { query });
        expect([query, response.status, jsonOf<{ code: string }>(response).code]).toEqual([
          query,
          400,
          'invalid_query',
        ]);
      }
    },
  );

  test('has valid examples', () => {
    for (const [status, { content = {} }] of Object.entries(responses)) {
      for (const [type, { examples }] of Object.entries(content)) {
        for (const [title, { value, $ref }] of Object.entries(examples)) {
          const example = $ref ? document.components.examples[$ref.split('/').at(-1) ?? '']?.value : value;
          const problems = contract.problemsOf(
            example,
            'paths',
            path,
            method,
            'responses',
            status,
            'content',
            type,
            'schema',
          );
          expect(problems, `${status} ${title}`).toEqual([]);
        }
      }
    }
  });
});

describe.each(bodied.filter(({ operation }) => operation.requestBody))(
  'the body of $method $path',
  ({ method, path, operation }) => {
    const content = Object.entries(operation.requestBody?.content ?? {});

    test.each(content)('is accepted as %s, and so is every example', async (type, { examples }) => {
      for (const [title, { value }] of Object.entries(examples)) {
        const problems = contract.problemsOf(value, 'paths', path, method, 'requestBody', 'content', type, 'schema');
        expect(problems, title).toEqual([]);
        const body = typeof value === 'string' ? value : JSON.stringify(value);
        const response = await send(servers, method, path, { body, headers: { 'Content-Type': type } });
        expect(response.status, response.text).toBeLessThan(300);
      }
    });
  },
);

describe.each(described.filter(({ method }) => method === 'head'))('head $path', ({ path, operation }) => {
  const id = operation.operationId.replace(/Head$/, '');
  const got = document.paths[path]?.get;

  test('is described as GET, without bodies', () => {
    expect(operation.parameters).toEqual(got?.parameters);
    expect(Object.keys(operation.responses)).toEqual(Object.keys(got?.responses ?? {}));
    for (const { content } of Object.values(operation.responses)) expect(content).toBeUndefined();
  });

  test('responds as described', async () => {
    const { too_many_cells: _, ...others } = REFUSED[id] ?? {}; // HEAD of statistics does not compute them
    const refused = Object.values(others).filter((request) => !needsStore(request));
    const requests = [...(SERVED[id] ?? []), ...refused, ...Object.values(refusedForKeys(operation)), UNKNOWN];
    for (const request of requests) {
      const [head, whole] = [await send(servers, 'head', path, request), await send(servers, 'get', path, request)];
      expect([head.status, head.text]).toEqual([whole.status, '']);
      contract.expectDescribed(head, `HEAD ${path}`, 'paths', path, 'head', 'responses', String(head.status));
    }
  });
});

test.each(Object.keys(document.paths))('%s refuses methods that are not described', async (path) => {
  const methods = Object.keys(document.paths[path] ?? {});
  for (const method of ['get', 'head', 'post', 'put', 'patch', 'delete', 'options']) {
    if (methods.includes(method)) continue;
    const response = await send(servers, method, path);
    expect([response.status, response.headers.get('allow')]).toEqual([
      405,
      methods
        .map((name) => name.toUpperCase())
        .sort()
        .join(', '),
    ]);
    contract.expectDescribed(response, `${method} ${path}`, 'components', 'responses', 'MethodNotAllowed');
  }
});

test('every operation has the described problem for a request that arrives slowly', async () => {
  expect(slowChecks).toHaveLength(bodied.length);
  await Promise.all(slowChecks.map((check) => check()));
});

function isSlow([code]: [ProblemCode, Request]): boolean {
  return code === 'request_timeout';
}

/** HEAD neither reads a list nor stores an event, so what only the store or a rule for stored events refuses has no effect. */
function needsStore({ server = 'ordinary' }: Request): boolean {
  return ['unavailable', 'full', 'busy', 'slow', 'broken', 'long', 'forgetful', 'checking'].includes(server);
}

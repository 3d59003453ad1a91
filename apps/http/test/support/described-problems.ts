import { expect } from 'vitest';
import { codesOf, type OpenApiDocument } from '../openapi/open-api-document.ts';
import { createTestApp } from './serve-app.ts';

/** Problems that are not responses of an operation: the path or the method does not exist. */
const OF_NO_OPERATION = ['not_found', 'method_not_allowed'];

const { paths } = await readDocument();
const operations = Object.entries(paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, { responses }]) => ({
    method: method.toUpperCase(),
    pattern: new RegExp(`${path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]*')}$`),
    codes: Object.values(responses).flatMap(codesOf),
  })),
);

/** Expects that the OpenAPI document has a problem for its operation. Every call of a test checks this. */
export function expectDescribedProblem(method: string, url: string, problem: string): void {
  const { code } = JSON.parse(problem) as { readonly code: string };
  if (OF_NO_OPERATION.includes(code)) return;
  const { pathname } = new URL(url);
  const operation = operations.find((one) => one.method === method && one.pattern.test(pathname));
  if (operation) expect(operation.codes, `the problems of ${method} ${pathname}`).toContain(code);
}

async function readDocument(): Promise<OpenApiDocument> {
  const { app } = createTestApp({ config: { rateLimit: undefined } });
  const response = await app.request('/openapi.json', undefined, {
    incoming: { headers: {}, socket: {} },
    outgoing: {},
  });
  return (await response.json()) as OpenApiDocument;
}

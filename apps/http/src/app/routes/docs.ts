import {
  createRequestError,
  DOCS_FILES,
  type DocsFile,
  GET_DOCS,
  GET_DOCS_FILE,
  GET_OPENAPI,
  jsonLine,
} from '@event-tracker/http-contract';
import type { OpenApiOptions } from '@event-tracker/http-contract/openapi';
import { pageHeadersOf } from '../../response/page-headers.ts';
import { respondStatic } from '../../response/respond-static.ts';
import { readSiteFile } from '../../response/site-file.ts';
import { DOCS_PAGE, DOCS_SCRIPT, DOCS_STYLE } from './docs-page.ts';
import type { Routes } from './routes.ts';

/** The files of the page, read on the first request. */
const RESPONSE_FILE = {
  'page.css': respondFile('page.css', () => DOCS_STYLE),
  'page.js': respondFile('page.js', () => DOCS_SCRIPT),
  'swagger-ui.css': respondFile('swagger-ui.css', () => readSiteFile('docs/swagger-ui.css')),
  'swagger-ui-bundle.js': respondFile('swagger-ui-bundle.js', () => readSiteFile('docs/swagger-ui-bundle.js')),
} satisfies Record<DocsFile, unknown>;

/** Adds the routes of the API description, which is created on the first request. */
export function addDocsRoutes(routes: Routes, api: OpenApiOptions): void {
  const respondOpenApi = respondStatic('application/json', async () => {
    const { createOpenApiDocument } = await import('@event-tracker/http-contract/openapi');
    return jsonLine(createOpenApiDocument(routes.operations, api));
  });
  const respondPage = respondStatic('text/html; charset=utf-8', () => DOCS_PAGE, pageHeadersOf());

  routes.add(GET_OPENAPI, respondOpenApi);
  routes.add(GET_DOCS, respondPage);
  routes.add(GET_DOCS_FILE, (c) => {
    const name = c.req.param('file') ?? '';
    if (!Object.hasOwn(RESPONSE_FILE, name)) throw createRequestError('not_found', 'the page has no such file');
    return RESPONSE_FILE[name as DocsFile](c);
  });
}

function respondFile(name: DocsFile, makeText: () => string) {
  return respondStatic(`${DOCS_FILES[name]}; charset=utf-8`, makeText);
}

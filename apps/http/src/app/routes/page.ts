import { readdirSync } from 'node:fs';
import { createRequestError, GET_DOCS } from '@event-tracker/http-contract';
import type { AppContext } from '../../request/app-env.ts';
import { pageHeadersOf } from '../../response/page-headers.ts';
import { respond } from '../../response/respond.ts';
import { respondStatic } from '../../response/respond-static.ts';
import { readSiteFile, siteFile } from '../../response/site-file.ts';
import type { Routes } from './routes.ts';

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
};

/** Browsers name this type; other clients accept any type, and are led to the description of the API. */
const NAMES_HTML = /\btext\/html\b/i;

/** The name of a file contains a hash of its content. */
const IMMUTABLE = 'public, max-age=31536000, immutable';

/** Adds the web page. It is open to all: it contains no events, and asks for a key if the API requires one. */
export function addPageRoutes(routes: Routes, basePath: string): void {
  const respondPage = respondStatic('text/html; charset=utf-8', () => readSiteFile('index.html'), {
    ...pageHeadersOf("require-trusted-types-for 'script'", "trusted-types 'none'"),
    Vary: 'Accept, Accept-Encoding',
  });
  const files = new Map<string, (c: AppContext) => Promise<Response>>();

  if (basePath !== '') routes.redirect('', '/'); // the page refers to its files by relative paths
  routes.serve('/', (c) =>
    NAMES_HTML.test(c.req.header('accept') ?? '')
      ? respondPage(c)
      : respond(c, 307, null, { Location: basePath + GET_DOCS.path, Vary: 'Accept' }),
  );
  routes.serve('/page/:file', (c) => {
    if (files.size === 0) for (const name of readdirSync(siteFile('page/'))) files.set(name, respondFile(name));
    const file = files.get(c.req.param('file') ?? '');
    if (!file) throw createRequestError('not_found', 'the page has no such file');
    return file(c);
  });
}

function respondFile(name: string) {
  const mediaType = MEDIA_TYPES[name.slice(name.lastIndexOf('.') + 1)] ?? 'application/octet-stream';
  return respondStatic(mediaType, () => readSiteFile(`page/${name}`), { 'Cache-Control': IMMUTABLE });
}

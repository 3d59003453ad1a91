import { readFileSync } from 'node:fs';

/** Returns the URL of a file for browsers, which `apps/page/build.ts` has built. */
export function siteFile(path: string): URL {
  return new URL(path, import.meta.resolve('#site/index.html'));
}

/** Reads such a file. */
export function readSiteFile(path: string): string {
  return readFileSync(siteFile(path), 'utf8');
}

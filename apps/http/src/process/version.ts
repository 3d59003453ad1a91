import { readFileSync } from 'node:fs';

/** Returns the version of the server. */
export function readVersion(): string {
  const manifest = readFileSync(new URL(import.meta.resolve('#package.json')), 'utf8');
  return (JSON.parse(manifest) as { readonly version: string }).version;
}

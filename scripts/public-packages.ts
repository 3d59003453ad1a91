// The packages that are published: all in `packages` and `apps` that are not private.

import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export const ROOT: string = join(import.meta.dirname, '..');

export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly repository?: unknown;
  readonly exports?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly publishConfig?: Pick<Manifest, 'exports'>;
  readonly bin?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

export interface PublicPackage {
  readonly name: string;
  /** From the root of the repository, such as `packages/core`. */
  readonly folder: string;
  readonly manifest: Manifest;
}

export const readManifest = (folder: string): Manifest =>
  JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8')) as Manifest;

export function findPublicPackages(): PublicPackage[] {
  return globSync('{packages,apps}/*/package.json', { cwd: ROOT })
    .map(dirname)
    .sort()
    .map((folder) => ({ folder, manifest: readManifest(folder) }))
    .filter(({ manifest }) => !manifest.private)
    .map(({ folder, manifest }) => ({ name: manifest.name, folder, manifest }));
}

/** The file that `pnpm pack` writes. */
export const archiveName = ({ name, manifest }: PublicPackage): string =>
  `${name.replace('@', '').replace('/', '-')}-${manifest.version}.tgz`;

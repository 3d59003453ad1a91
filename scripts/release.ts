// Publishes the public packages: `npm run release`. With --dry-run, does everything except publishing.
//
// Builds, packs and checks every package, then publishes in the order of their dependencies. A package whose version is in the
// registry is skipped, so that an interrupted release can be repeated. Provenance requires a CI service that npm supports.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { archiveName, findPublicPackages, type PublicPackage, ROOT, readManifest } from './public-packages.ts';

const [, PNPM = ''] = /^const PNPM = '(.+)';$/m.exec(readFileSync(join(ROOT, 'scripts/setup.mjs'), 'utf8')) ?? [];

/** Builds `dist` of every public package from nothing, so that it contains no file whose source was deleted; and the web page. */
export function buildPackages(packages: readonly PublicPackage[]): void {
  for (const { folder } of packages) rmSync(join(ROOT, folder, 'dist'), { recursive: true, force: true });
  run('node_modules/.bin/tsc', ['-b', ...packages.map(({ folder }) => folder)]);
  run(process.execPath, ['apps/page/build.ts']);
}

/** Writes an archive of each package to a folder. */
export function packPackages(packages: readonly PublicPackage[], folder: string): void {
  runPnpm(packages, ['pack', '--pack-destination', folder]);
}

/** Throws if an archive has a fault that publint or attw finds. */
export function checkArchive(one: PublicPackage, folder: string): void {
  const archive = join(folder, archiveName(one));
  run('node_modules/.bin/publint', ['run', archive, '--strict']);
  // Without exports there are no types, and attw finds nothing to check.
  if (one.manifest.exports) run('node_modules/.bin/attw', [archive, '--profile', 'esm-only']);
}

/** Returns what prevents a release. */
function findObstacles(): string[] {
  const { version, repository } = readManifest('.');
  const obstacles: string[] = [];
  if (run('git', ['status', '--porcelain']) !== '')
    obstacles.push('the working tree has changes that are not committed');
  if (!readFileSync(join(ROOT, 'CHANGELOG.md'), 'utf8').includes(`\n## [${version}] - `)) {
    obstacles.push(`CHANGELOG.md has no section for ${version} with its date`);
  }
  if (String(repository).startsWith('https://example.com/')) {
    obstacles.push('the address of the repository is a placeholder: see CONTRIBUTING.md');
  }
  return obstacles;
}

function release(isDryRun: boolean): void {
  const obstacles = findObstacles();
  for (const obstacle of obstacles) console.error(`${isDryRun ? 'Before a release' : 'Not released'}: ${obstacle}`);
  if (obstacles.length > 0 && !isDryRun) {
    process.exitCode = 1;
    return;
  }

  const packages = findPublicPackages();
  const folder = mkdtempSync(join(tmpdir(), 'event-tracker-release-'));
  try {
    buildPackages(packages);
    packPackages(packages, folder);
    for (const one of packages) checkArchive(one, folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
  // The branch and the remote are those of the CI service; the working tree was checked above.
  const publish = ['publish', '--recursive', '--provenance', '--no-git-checks', ...(isDryRun ? ['--dry-run'] : [])];
  process.stdout.write(runPnpm(packages, publish));
}

function runPnpm(packages: readonly PublicPackage[], args: readonly string[]): string {
  return run('npx', ['-y', PNPM, ...packages.map(({ name }) => `--filter=${name}`), ...args]);
}

/** Returns the output of a command. Its error, if it fails, contains the output. */
function run(command: string, args: readonly string[]): string {
  try {
    return execFileSync(command, args, { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    const { stdout, stderr } = error as { readonly stdout: string; readonly stderr: string };
    throw new Error(`${command} ${args[0]} failed:\n${stdout}${stderr}`, { cause: error });
  }
}

if (import.meta.main) {
  const options = process.argv.slice(2);
  if (options.some((option) => option !== '--dry-run')) throw new Error('usage: npm run release [-- --dry-run]');
  release(options.includes('--dry-run'));
}

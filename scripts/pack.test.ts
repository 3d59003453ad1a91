import { execFileSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';

// Tests the contents of the published packages.

const ROOT = join(import.meta.dirname, '..');
const [, PNPM = ''] = /^const PNPM = '(.+)';$/m.exec(readFileSync(join(ROOT, 'scripts/setup.mjs'), 'utf8')) ?? [];

interface Manifest {
  readonly name: string;
  readonly private?: boolean;
  readonly repository?: string | { readonly url: string; readonly directory: string };
}

const read = (path: string): Manifest => JSON.parse(readFileSync(join(ROOT, path), 'utf8')) as Manifest;
const packages = globSync('packages/*/package.json', { cwd: ROOT })
  .sort()
  .map(read)
  .filter((one) => !one.private);

const folder = mkdtempSync(join(tmpdir(), 'event-tracker-pack-'));
afterAll(() => rmSync(folder, { recursive: true }));
execFileSync('npx', [PNPM, '--filter', './packages/*', 'pack', '--pack-destination', folder], {
  cwd: ROOT,
  stdio: 'pipe',
});

describe.each(packages)('$name', ({ name, repository }) => {
  const [archive = ''] = globSync(`${name.replace('@', '').replace('/', '-')}-[0-9]*.tgz`, { cwd: folder });
  const file = (path: string): string =>
    execFileSync('tar', ['-xzOf', join(folder, archive), `package/${path}`], { encoding: 'utf8' });

  test('contains its README, and the license and the changelog of the repository', () => {
    expect(file('README.md')).toMatch(new RegExp(`^# ${name}\n`));
    for (const path of ['LICENSE', 'CHANGELOG.md']) expect(file(path)).toBe(readFileSync(join(ROOT, path), 'utf8'));
  });

  test('names the repository', () => {
    const directory = `packages/${name.replace('@event-tracker/', '')}`;
    expect(repository).toEqual({ type: 'git', url: read('package.json').repository, directory });
  });
});

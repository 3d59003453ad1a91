import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findPublicPackages, ROOT, readManifest } from './public-packages.ts';

// Tests what the registry and the users of a package read of it. pack.test.ts tests the packed files.

const root = readManifest('.');
const packages = findPublicPackages();
const names = new Set(packages.map(({ name }) => name));

test('all packages have the same version', () => {
  expect(packages.length).toBeGreaterThan(9);
  expect(packages.filter(({ manifest }) => manifest.version !== root.version)).toEqual([]);
});

describe.each(packages)('$name', ({ name, folder, manifest }) => {
  const readme = readFileSync(join(ROOT, folder, 'README.md'), 'utf8');

  test('describes itself to the registry', () => {
    expect(manifest).toMatchObject({
      description: expect.stringMatching(/^[A-Z].+\.$/),
      license: 'MIT',
      keywords: expect.arrayContaining(['events']),
      homepage: `${root.repository}/blob/main/${folder}/README.md`,
      repository: { type: 'git', url: root.repository, directory: folder },
      type: 'module',
      engines: { node: '>=22.16' },
      publishConfig: { access: 'public' },
    });
  });

  test('contains the build, the source without tests, and the changelog', () => {
    const built = ['dist', 'src', '!dist/.tsbuildinfo', '!src/**/*.test.ts', '!src/**/*.test-d.ts'];
    const site = folder === 'apps/http' ? ['site'] : []; // files for browsers
    expect(manifest).toMatchObject({
      files: [...built, ...site, 'CHANGELOG.md'],
      scripts: { prepack: 'cp ../../CHANGELOG.md .', postpack: 'rm CHANGELOG.md' },
    });
  });

  test('exports the build, and the source only in the repository', () => {
    const published = Object.entries(manifest.exports ?? {}).map(([door, { 'x-src': source = '', ...rest }]) => {
      const built = source.replace('/src/', '/dist/').replace(/\.ts$/, '');
      expect(rest, door).toEqual({ types: `${built}.d.ts`, default: `${built}.js` });
      return [door, rest];
    });
    expect(manifest.publishConfig?.exports ?? {}).toEqual(Object.fromEntries(published));
    expect(published.length + Object.keys(manifest.bin ?? {}).length).toBeGreaterThan(0);
  });

  test('accepts newer versions of its dependencies, and depends on no private package', () => {
    const { dependencies, optionalDependencies } = manifest;
    for (const [dependency, range] of Object.entries({ ...dependencies, ...optionalDependencies })) {
      if (dependency.startsWith('@event-tracker/')) expect(names).toContain(dependency);
      expect(range, dependency).toMatch(
        dependency.startsWith('@event-tracker/') ? /^workspace:\^$/ : /^\^\d+\.\d+\.\d+$/,
      );
    }
  });

  test('has a README with an install line, whose links work outside the repository', () => {
    expect(readme).toMatch(new RegExp(`^# ${name}\n`));
    expect(readme).toMatch(new RegExp(`^npm install (--\\S+ )?${name}\\b`, 'm'));
    const targets = [...readme.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
    expect(targets.filter((target) => !/^(https:|#)/.test(target))).toEqual([]);
  });
});

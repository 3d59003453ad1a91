import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { IS_QUICK } from '../packages/event-store-conformance/src/test-effort.ts';
import {
  type ConsumerProject,
  createConsumerProject,
  NODE_VERSIONS,
  OTHER_RUNTIMES,
  type Runtime,
} from './consumer-project.ts';
import { archiveName, findPublicPackages, type PublicPackage, ROOT } from './public-packages.ts';
import { buildPackages, checkArchive, packPackages } from './release.ts';

// Tests the packed packages. A quick run packs them without their build.

const packages = findPublicPackages();
const folder = mkdtempSync(join(tmpdir(), 'event-tracker-pack-'));
if (!IS_QUICK) buildPackages(packages);
packPackages(packages, folder);
afterAll(() => rmSync(folder, { recursive: true }));

const listFiles = (one: PublicPackage): string[] =>
  execFileSync('tar', ['-tzf', join(folder, archiveName(one))], { encoding: 'utf8' })
    .split('\n')
    .map((path) => path.replace('package/', ''));
/** Returns the address in the log of a server. */
async function waitForUrl(log: Readable): Promise<string> {
  let text = '';
  for await (const chunk of log.setEncoding('utf8').iterator({ destroyOnReturn: false })) {
    text += chunk;
    const [, url] = /listens on (http:\/\/[^\s,]+)/.exec(text) ?? [];
    if (url !== undefined) return url;
  }
  throw new Error(`the server has ended: ${text}`);
}
const readPacked = (one: PublicPackage, path: string): string =>
  execFileSync('tar', ['-xzOf', join(folder, archiveName(one)), `package/${path}`], { encoding: 'utf8' });

test.each(packages)('$name contains its README, and the license and the changelog of the repository', (one) => {
  expect(readPacked(one, 'README.md')).toBe(readFileSync(join(ROOT, one.folder, 'README.md'), 'utf8'));
  for (const path of ['LICENSE', 'CHANGELOG.md'])
    expect(readPacked(one, path)).toBe(readFileSync(join(ROOT, path), 'utf8'));
});

test.each(packages)('the package.json of $name names nothing that exists only in the repository', (one) => {
  const { devDependencies: _, files: __, ...manifest } = JSON.parse(readPacked(one, 'package.json'));
  expect(JSON.stringify(manifest)).not.toMatch(/workspace:|x-src|src\//);
});

describe.skipIf(IS_QUICK)('built', { timeout: 300_000 }, () => {
  test.each(packages)('$name contains what its source maps and declaration maps refer to, and no tests', (one) => {
    const files = listFiles(one);
    const modules = files.filter((path) => /^src\/.*\.ts$/.test(path)).map((path) => path.slice(4, -3));
    expect(modules).not.toEqual([]);
    const built = modules.flatMap((path) => ['js', 'js.map', 'd.ts', 'd.ts.map'].map((end) => `dist/${path}.${end}`));
    expect(files.filter((path) => /^dist\/./.test(path)).sort()).toEqual(built.sort());
    expect(files.filter((path) => /\.test(-d)?\.ts$|tsbuildinfo/.test(path))).toEqual([]);
  });

  test.each(packages)('publint and attw find no fault in $name', (one) => checkArchive(one, folder));

  describe('installed with npm outside of the repository', () => {
    let project: ConsumerProject;
    beforeAll(() => {
      project = createConsumerProject(packages, folder);
    }, 300_000);
    afterAll(() => project.close(), 300_000);

    test.each(['5.9', '7'] as const)('compiles with strict TypeScript %s', (version) => {
      expect(project.compile(version)).toBe('');
    });

    /** Runs the code in the README of a package. `normalize` makes equal what runtimes print differently. */
    async function runReadme(name: string, runtime: Runtime, normalize = (printed: string) => printed): Promise<void> {
      const snippets = project.snippets.filter((one) => one.name === name);
      expect(snippets).not.toEqual([]);
      for (const { file, shown } of snippets) {
        const printed = await project.run(runtime, `out/${file}.js`);
        expect(normalize(printed), file).toBe(normalize(shown));
      }
    }

    /** The runtimes print objects with other quotes and other spaces. */
    function withoutLayout(printed: string): string {
      return printed
        .replaceAll(/\s+/g, '')
        .replaceAll(/,([}\]])/g, '$1')
        .replaceAll("'", '"');
    }

    describe.each(OTHER_RUNTIMES)('on %s', (runtime) => {
      const names = ['client', 'core', 'event-formats', 'http-contract', 'json-schema'];
      test.for(names)('the code in the README of %s prints what it shows', async (name, { skip }) => {
        skip(!project.has(runtime), 'npm could not install it on this platform');
        await runReadme(name, runtime, withoutLayout);
      });
    });

    describe.each(NODE_VERSIONS)('on Node %s', (runtime) => {
      test('loads every door', async () => {
        expect(await project.run(runtime, 'out/doors.js')).toBe(`${project.doors.join('\n')}\n`);
      });

      // The others require a database.
      const names = ['adapters-sqlite', 'client', 'core', 'event-formats', 'http', 'http-contract', 'json-schema'];
      test.for(names)('the code in the README of %s prints what it shows', (name) => runReadme(name, runtime));

      test('runs the conformance suite', async () => {
        const args = ['run', '--root', '..', 'out/conformance.test.js'];
        expect(await project.run(runtime, 'node_modules/vitest/vitest.mjs', args)).toMatch(/Tests .*\d{2} passed/);
      });

      const tool = 'node_modules/.bin/event-tracker';

      test('serves events and the web page with the terminal tool, until SIGTERM', async () => {
        const server = project.start(runtime, tool, ['serve', '--port', '0']);
        try {
          const url = await waitForUrl(server.stdout);
          const args = ['--url', url];
          const submitted = await project.run(runtime, tool, ['submit', 'login', '{"user_id":1}', ...args]);
          expect(await project.run(runtime, tool, ['query', 'payload.user_id=1', ...args])).toBe(submitted);
          const page = await (await fetch(url, { headers: { Accept: 'text/html' } })).text();
          for (const [file] of page.matchAll(/page\/[\w.-]+/g))
            expect((await fetch(`${url}/${file}`)).status).toBe(200);
          for (const file of ['docs', 'docs/swagger-ui-bundle.js', 'openapi.json'])
            expect((await fetch(`${url}/${file}`)).status).toBe(200);
          const ended = once(server, 'exit');
          server.kill('SIGTERM');
          expect(await ended).toEqual([0, null]);
        } finally {
          server.kill('SIGKILL');
        }
      });

      test('runs the terminal tool', async () => {
        const event = ['login', '{"user_id":1}', '--timestamp', '2025-01-01T12:00:00Z'];
        expect(JSON.parse(await project.run(runtime, tool, ['submit', ...event]))).toMatchObject({
          event_type: 'login',
          payload: { user_id: 1 },
        });
        const schema = join(folder, 'login.json');
        writeFileSync(schema, 'true');
        expect(JSON.parse(await project.run(runtime, tool, ['schema', 'check', schema]))).toMatchObject({ checked: 0 });
      });
    });
  });
});

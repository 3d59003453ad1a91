import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildSite } from './build.ts';

const folder = mkdtempSync(join(tmpdir(), 'event-tracker-page-'));
const site = join(folder, 'site');
beforeAll(() => buildSite(site), 60_000);
afterAll(() => rmSync(folder, { recursive: true }));

function read(path: string): string {
  return readFileSync(join(site, path), 'utf8');
}

const filesOf = (names: readonly string[]) => names.map((name) => `page/${name}`);
const sizeOf = (files: readonly string[]): number =>
  files.map((file) => gzipSync(read(file), { level: 9 }).length).reduce((sum, size) => sum + size, 0);

/** The files that a browser loads before the page shows anything. */
const firstFiles = (): readonly string[] => [...read('index.html').matchAll(/page\/[\w.-]+/g)].map(([name]) => name);

test('what a browser loads first is less than 60 KB with gzip, and all files together are less than 80 KB', () => {
  expect(firstFiles()).toHaveLength(3);
  expect(sizeOf(['index.html', ...firstFiles()])).toBeLessThan(60_000);
  expect(sizeOf(['index.html', ...filesOf(readdirSync(join(site, 'page')))])).toBeLessThan(80_000);
});

test('the scripts name all other files of the build, and no script needs another one at first', () => {
  const files = filesOf(readdirSync(join(site, 'page')));
  const scripts = files
    .filter((file) => file.endsWith('.js'))
    .map(read)
    .join();
  const later = [...scripts.matchAll(/\.\/([\w-]+\.js)/g)].map(([, name = '']) => `page/${name}`);
  expect([...new Set([...firstFiles(), ...later])].sort()).toEqual(files.sort());
  const [first = ''] = firstFiles().filter((file) => file.endsWith('.js'));
  expect(read(first)).not.toMatch(/^import[^(]/);
});

test('the same sources have the same names', async () => {
  const before = read('index.html');
  await buildSite(site);
  expect(read('index.html')).toBe(before);
});

test('the site has the licenses of the libraries in its scripts', () => {
  const names = read('licenses.txt')
    .split('\n---\n\n')
    .map((license) => license.split('\n', 1)[0]);
  expect(names).toEqual(expect.arrayContaining(['@preact/signals', 'jsonc-parser', 'preact', 'uplot', 'valibot']));
  expect(read('licenses.txt')).toContain('Copyright (c) 2015-present Jason Miller'); // the author of Preact
});

test('the site has the files of Swagger UI, with their license', () => {
  const names = readdirSync(join(site, 'docs'));
  expect(names.sort()).toEqual([
    'swagger-ui-bundle.js',
    'swagger-ui-license.txt',
    'swagger-ui-notice.txt',
    'swagger-ui.css',
  ]);
});

test('the style sheet keeps its rules', () => {
  const style = readdirSync(join(site, 'page')).find((name) => name.endsWith('.css')) ?? '';
  expect(read(`page/${style}`)).toContain('.events.with-event{grid-template-columns:');
});

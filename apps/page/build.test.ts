import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildPage } from './build.ts';

const folder = mkdtempSync(join(tmpdir(), 'event-tracker-page-'));
const site = join(folder, 'site');
beforeAll(() => buildPage(site), 60_000);
afterAll(() => rmSync(folder, { recursive: true }));

function read(path: string): string {
  return readFileSync(join(site, path), 'utf8');
}

test('the page is at most 60 KB with gzip, all files together', () => {
  const files = ['index.html', ...readdirSync(join(site, 'page')).map((name) => `page/${name}`)];
  const sizes = files.map((file) => gzipSync(read(file), { level: 9 }).length);
  expect(files).toHaveLength(4);
  expect(sizes.reduce((sum, size) => sum + size)).toBeLessThan(60_000);
});

test('index.html names the files of the build', () => {
  const named = [...read('index.html').matchAll(/page\/[\w.-]+/g)].map(([name]) => name.slice('page/'.length));
  expect(named.sort()).toEqual(readdirSync(join(site, 'page')).sort());
});

test('the same sources have the same names', async () => {
  const before = read('index.html');
  await buildPage(site);
  expect(read('index.html')).toBe(before);
});

test('the style sheet keeps its rules', () => {
  const style = readdirSync(join(site, 'page')).find((name) => name.endsWith('.css')) ?? '';
  expect(read(`page/${style}`)).toContain('.events.with-event{grid-template-columns:');
});

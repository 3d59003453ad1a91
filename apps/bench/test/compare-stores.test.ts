import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';

const COMMAND = join(import.meta.dirname, '../src/compare-stores.ts');
const folder = mkdtempSync(join(tmpdir(), 'compare-stores-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

test.for([
  ['memory', 'memory', 9],
  ['SQLite', `sqlite:${folder}/events.sqlite`, 10],
] as const)('prints a figure for each submit and query: %s', { timeout: 60_000 }, async ([, store, figures]) => {
  const { stdout } = await promisify(execFile)(process.execPath, ['--conditions=x-src', COMMAND, store, '500']);
  const [head, ...lines] = stdout.trimEnd().split('\n');
  expect(head).toMatch(/ 500 events$/);
  expect(lines).toHaveLength(figures);
  for (const line of lines) expect(line).toMatch(/ \d+(\.\d)?( events\/s, \d+ per CPU second| ms, CPU \d+\.\d ms|$)/);
});

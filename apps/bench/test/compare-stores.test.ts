import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { IS_QUICK } from '@event-tracker/event-store-conformance';
import { afterAll, expect, test } from 'vitest';

const COMMAND = join(import.meta.dirname, '../src/compare-stores.ts');
const folder = mkdtempSync(join(tmpdir(), 'compare-stores-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

const PARTS = ['submit in batches', 'submit one by one', 'page of 100 by type', 'page of 100 where', 'count', 'sum'];

test.for([
  ...(IS_QUICK ? [] : [['memory', 'memory', PARTS] as const]),
  ['SQLite', `sqlite:${folder}/events.sqlite`, [...PARTS, 'bytes for each event on disk']],
] as const)('prints a figure for each submit and query: %s', async ([, store, parts]) => {
  const { stdout } = await promisify(execFile)(process.execPath, ['--conditions=x-src', COMMAND, store, '500']);
  const [head, ...lines] = stdout.trimEnd().split('\n');
  expect(head).toMatch(/ 500 events$/);
  for (const part of parts) expect(lines).toContainEqual(expect.stringMatching(`^${part}`));
  for (const line of lines) expect(line).toMatch(/ \d+(\.\d)?( events\/s, \d+ per CPU second| ms, CPU \d+\.\d ms|$)/);
});

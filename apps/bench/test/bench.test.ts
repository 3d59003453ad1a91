import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { IS_QUICK } from '@event-tracker/event-store-conformance';
import { expect, test } from 'vitest';
import type { Report } from '../src/report.ts';

const MAIN = join(import.meta.dirname, '../src/main.ts');
const NODE = [process.execPath, '--conditions=x-src'] as const;

/** Runs the bench and reads what it has written. */
async function runBench(...args: readonly string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'bench-test-'));
  const json = join(folder, 'bench.json');
  const [program, ...options] = NODE;
  const { stdout } = await promisify(execFile)(program, [...options, MAIN, '--json', json, ...args]);
  const report = JSON.parse(readFileSync(json, 'utf8')) as Report;
  rmSync(folder, { recursive: true });
  return { stdout, report };
}

// `npm run bench:quick`, a step of `npm run check`, runs all scenarios.
test.skipIf(IS_QUICK)('prints and writes the figures', { timeout: 60_000 }, async () => {
  const { stdout, report } = await runBench('--quick', 'payload-filter', 'batch-sqlite');
  expect(report.results).toHaveLength(2);
  expect(stdout).toMatch(/^A quick run: .+ its figures mean nothing\.\n\n\| what \|/m);
  for (const { what, ours, other } of report.results) {
    expect(stdout).toContain(`| ${what} |`);
    for (const { median } of [ours, other].filter((spread) => spread !== null)) {
      expect(Number.isFinite(median), `${median}: ${what}`).toBe(true);
    }
  }
});

test('rejects an unknown scenario, and lists all scenarios', async () => {
  await expect(runBench('--quick', 'no-such')).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/no-such.*post-memory/s),
  });
});

test.each([['--fast'], ...(IS_QUICK ? [] : [['--quick=5']])])('rejects %s, and prints the usage', async (argument) => {
  await expect(runBench(argument)).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^.+\nusage: npm run bench -- .+\n$/),
  });
});

import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { IS_QUICK } from '../src/test-effort.ts';

const PACKAGE = join(import.meta.dirname, '..');
const README = readFileSync(join(PACKAGE, 'README.md'), 'utf8');
const VITEST = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');

// Inside the package, so that the imports of the snippet resolve.
const folder = mkdtempSync(join(PACKAGE, 'test/snippet-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Stands for the reader's store. */
const STORE = `
import { createNaiveHarness } from '../naive-event-store.ts';
const { open } = createNaiveHarness();
export const createFileEventStore = ({ path }: { path: string }) => open(path);
`;

test.skipIf(IS_QUICK)('the snippet of the README runs the suite', { timeout: 60_000 }, async () => {
  const [, snippet = ''] = /^```ts\n([\s\S]*?)^```$/m.exec(README) ?? [];
  writeFileSync(join(folder, 'file-event-store.ts'), STORE);
  writeFileSync(join(folder, 'file-event-store.test.ts'), snippet);
  writeFileSync(
    join(folder, 'vitest.config.ts'),
    `export default { resolve: { conditions: ['x-src'] }, ssr: { resolve: { conditions: ['x-src'] } } };`,
  );
  const report = join(folder, 'report.json');
  const args = [
    '--conditions=x-src',
    VITEST,
    'run',
    '-t',
    'idempotency',
    '--root',
    folder,
    '--reporter=json',
    `--outputFile=${report}`,
  ];
  await promisify(execFile)(process.execPath, args, { cwd: folder });
  expect(JSON.parse(readFileSync(report, 'utf8'))).toMatchObject({
    numFailedTests: 0,
    numPassedTests: expect.toSatisfy((n: number) => n >= 5),
  });
});

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { IS_QUICK } from '@event-tracker/event-store-conformance';
import { expect, test } from 'vitest';

const COMMAND = join(import.meta.dirname, '../src/heavy-loads.ts');

test.skipIf(IS_QUICK)('prints the times of other clients for each load', { timeout: 300_000 }, async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['--conditions=x-src', COMMAND, '1000']);
  const [, , ...lines] = stdout.trimEnd().split('\n');
  const loads = lines.filter((line) => line.startsWith('| '));
  expect(loads).toHaveLength(5);
  for (const load of loads) expect(load).toMatch(/( \| \d+\.\d, \d+\.\d, \d+\.\d ms(; \d+ of \d+ refused)?){2} \|$/);
  expect(lines.at(-1)).toMatch(/^memory of the server: \d+ MiB, \d+ MiB at the peak$/);
});

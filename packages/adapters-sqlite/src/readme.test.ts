import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { useTemporaryFolder } from '../test/support/temporary-folder.ts';

const PACKAGE = join(import.meta.dirname, '..');

const folder = useTemporaryFolder();

test('the snippet of README runs as it stands, but for the folder', { timeout: 30_000 }, async () => {
  const readme = readFileSync(join(PACKAGE, 'README.md'), 'utf8');
  const [, snippet = ''] = /^```ts\n([\s\S]*?)^```$/m.exec(readme) ?? [];
  const args = ['--conditions=x-src', '--input-type=module-typescript', '--eval', snippet.replace('./data', folder)];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: PACKAGE });
  expect(stdout).toBe('1\n');
});

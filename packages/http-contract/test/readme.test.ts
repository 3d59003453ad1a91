import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const PACKAGE = join(import.meta.dirname, '..');

test('prints the comments of the snippet in the README', () => {
  const [, snippet = ''] = /^```ts\n([\s\S]*?)^```$/m.exec(readFileSync(join(PACKAGE, 'README.md'), 'utf8')) ?? [];
  const comments = [...snippet.matchAll(/\/\/ (.*)$/gm)].map(([, comment]) => comment);
  const args = ['--conditions=x-src', '--input-type=module-typescript', '--eval', snippet];
  const printed = execFileSync(process.execPath, args, { cwd: PACKAGE, encoding: 'utf8' });
  expect(printed.trimEnd().split('\n')).toEqual(comments);
});

import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const PACKAGE = join(import.meta.dirname, '..');
const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\n$/;

/** The snippets of each README in this repository, and what running them prints. */
const READMES: Readonly<Record<string, readonly RegExp[]>> = {
  '../../README.md': [UUID_V7],
  '../core/README.md': [UUID_V7, /^invalid_event \/timestamp\n$/],
  'README.md': [/^$/],
};

for (const [readme, outputs] of Object.entries(READMES)) {
  test(`the snippets of ${readme} run as they stand`, { timeout: 30_000 }, async () => {
    const snippets = snippetsOf(readFileSync(join(PACKAGE, readme), 'utf8'));
    const printed = await Promise.all(snippets.map(run));
    expect(printed).toEqual(outputs.map((output) => expect.stringMatching(output)));
  });
}

test('embedding the tracker takes five lines', () => {
  const [snippet = ''] = snippetsOf(readFileSync(join(PACKAGE, '../../README.md'), 'utf8'));
  expect(snippet.split('\n').filter((line) => line !== '')).toHaveLength(5);
});

function snippetsOf(markdown: string): readonly string[] {
  return [...markdown.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, snippet = '']) => snippet);
}

/** What a snippet prints when it is run in a package that depends on core and on this adapter. */
async function run(snippet: string): Promise<string> {
  const args = ['--conditions=x-src', '--input-type=module-typescript', '--eval', snippet];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: PACKAGE });
  return stdout;
}

import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, inject, test } from 'vitest';
import { dropSchema, newSchema } from '../test/schemas.ts';

const PACKAGE = join(import.meta.dirname, '..');
const README_URL = 'postgres://postgres@localhost:5432/postgres';

const url = inject('postgresUrl') ?? '';

describe.skipIf(url === '')('README', () => {
  const schema = newSchema();
  afterAll(() => dropSchema(url, schema));

  test('has a snippet that runs as it stands, but for the server', { timeout: 30_000 }, async () => {
    const readme = readFileSync(join(PACKAGE, 'README.md'), 'utf8');
    const [, snippet = ''] = /^```ts\n([\s\S]*?)^```$/m.exec(readme) ?? [];
    const own = snippet.replace(`'${README_URL}'`, `${JSON.stringify(url)}, schema: '${schema}'`);
    const args = ['--conditions=x-src', '--input-type=module-typescript', '--eval', own];
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: PACKAGE });
    expect(stdout).toBe('1\n');
  });
});

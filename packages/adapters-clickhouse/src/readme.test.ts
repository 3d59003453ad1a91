import { execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

const PACKAGE = join(import.meta.dirname, '..');
const README_URL = 'clickhouse://default@localhost:8123';

const server = fork(join(PACKAGE, 'test/serve-clickhouse.ts'), { execArgv: ['--conditions=x-src'] });
let url: string | null;

beforeAll(async () => {
  [url] = await once(server, 'message');
});
afterAll(async () => {
  const ended = once(server, 'exit');
  server.disconnect();
  await ended;
});

test('the snippet of README runs as it stands, but for the server', { timeout: 30_000 }, async ({ skip }) => {
  if (url === null) return skip('no ClickHouse for this platform');
  const readme = readFileSync(join(PACKAGE, 'README.md'), 'utf8');
  const [, snippet = ''] = /^```ts\n([\s\S]*?)^```$/m.exec(readme) ?? [];
  expect(snippet).toContain(README_URL);
  const args = ['--conditions=x-src', '--input-type=module-typescript', '--eval', snippet.replace(README_URL, url)];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: PACKAGE });
  expect(stdout).toBe('1\n');
});

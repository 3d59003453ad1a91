import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { createExpensiveChecks } from './expensive-checks.ts';

const BUSY = 'module.exports = () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);';
const MATCHES = 'module.exports = () => true;';
const BROKEN = 'module.exports = () => { throw new Error("broken"); };';

test('ends a check after a timeout, and replaces the thread', async () => {
  const checks = createExpensiveChecks(
    [
      { name: 'busy', code: BUSY },
      { name: 'good', code: MATCHES },
    ],
    3_000,
  );
  const request = { payload: {}, units: 1 };
  const results = await Promise.all([
    checks.check({ ...request, name: 'busy' }),
    checks.check({ ...request, name: 'good' }),
  ]);
  expect(results).toEqual(['exhausted', []]);
  checks.close();
});

test('a check that fails rejects, and the next one succeeds', async () => {
  const checks = createExpensiveChecks([
    { name: 'broken', code: BROKEN },
    { name: 'good', code: MATCHES },
  ]);
  const request = { payload: {}, units: 1 };
  await expect(checks.check({ ...request, name: 'broken' })).rejects.toThrow('broken');
  expect(await checks.check({ ...request, name: 'good' })).toEqual([]);
  checks.close();
});

test('a process that runs a text as a module can check', async () => {
  const script = `
    import { createExpensiveChecks } from './src/expensive-checks.ts';
    const checks = createExpensiveChecks([{ name: 'good', code: ${JSON.stringify(MATCHES)} }]);
    console.log(await checks.check({ name: 'good', payload: {}, units: 1 }));
    checks.close();
  `;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--conditions=x-src', '--input-type=module', '--eval', script],
    { cwd: new URL('..', import.meta.url) },
  );
  expect(stdout).toBe('[]\n');
});

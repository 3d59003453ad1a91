import { expect, test } from 'vitest';
import { createExpensiveChecks } from './expensive-checks.ts';

const BUSY = 'module.exports = () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);';
const MATCHES = 'module.exports = () => true;';
const BROKEN = 'module.exports = () => { throw new Error("broken"); };';

test('a check that does not end is given up, and the thread is replaced', async () => {
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

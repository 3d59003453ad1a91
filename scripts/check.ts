// Everything a change has to pass, in one go and one line each: `npm run check`. What a check has to say is shown when
// it fails. Each one is a script of package.json and can be run alone. Arguments go to the tests (vitest).

import { spawnSync } from 'node:child_process';

const CHECKS = [
  'lint',
  'lint:docker',
  'lint:compose',
  'lint:openapi',
  'typecheck',
  'boundaries',
  'unused',
  'bench:quick',
];

const failed: string[] = [];
for (const script of CHECKS) {
  const started = performance.now();
  const { status, stdout, stderr } = spawnSync('npm', ['run', '--silent', script], { encoding: 'utf8' });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${status === 0 ? 'ok    ' : 'FAILED'}  ${script.padEnd(12)} ${seconds} s`);
  if (status === 0) continue;
  failed.push(script);
  console.log(`${stdout}${stderr}`);
}

const tests = spawnSync('npm', ['test', '--silent', '--', ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: { TEST_EFFORT: 'full', ...process.env },
});
if (tests.status !== 0) failed.push('test');

console.log(failed.length === 0 ? 'All checks passed.' : `Failed: ${failed.join(', ')}`);
process.exitCode = failed.length === 0 ? 0 : 1;

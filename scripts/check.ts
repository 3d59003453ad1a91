// Runs every check that a change must pass: `npm run check`. Prints one line for each check, and its output if it fails. Each
// check is a script of package.json and runs alone. Arguments are passed to the tests (vitest).

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
  'fuzz',
];

const failed: string[] = [];
for (const script of CHECKS) {
  const started = performance.now();
  const { status, stdout, stderr } = spawnSync('npm', ['run', '--silent', script], { encoding: 'utf8' });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const skipped = stdout.startsWith('skipped: ') ? `, ${stdout.trim()}` : '';
  console.log(`${status === 0 ? 'ok    ' : 'FAILED'}  ${script.padEnd(12)} ${seconds} s${skipped}`);
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

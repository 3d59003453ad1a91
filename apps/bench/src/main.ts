/*
 * Measures all scenarios, or the given ones, and compares them with their limits:
 *
 *   npm run bench -- [--quick] [--json FILE] [--record] [scenario ...]
 */
import { writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { FULL_EFFORT, QUICK_EFFORT } from './effort.ts';
import { describeMachine } from './machine.ts';
import { record } from './record.ts';
import type { Report } from './report.ts';
import { type Result, resultOf } from './result.ts';
import { SCENARIOS } from './scenarios.ts';
import { summaryOf, tableOf } from './table.ts';

const USAGE = 'usage: npm run bench -- [--quick] [--json FILE] [--record] [scenario ...]';

function parseArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        quick: { type: 'boolean', default: false },
        record: { type: 'boolean', default: false },
        json: { type: 'string', default: 'bench.json' },
      },
    });
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n${USAGE}`);
    process.exit(1);
  }
}

const { values: options, positionals: names } = parseArguments();

const unknown = names.filter((name) => SCENARIOS.every((scenario) => scenario.name !== name));
if (unknown.length > 0) {
  console.error(`unknown scenario: ${unknown.join(', ')}; expected ${SCENARIOS.map(({ name }) => name).join(', ')}`);
  process.exit(1);
}

if (options.record && (options.quick || names.length > 0)) {
  console.error('--record: expected a run of all scenarios, without --quick');
  process.exit(1);
}

const machine = describeMachine();
const effort = options.quick ? QUICK_EFFORT : FULL_EFFORT;
const chosen = SCENARIOS.filter(({ name }) => names.length === 0 || names.includes(name));
const results: Result[] = [];
for (const { name, missing, measure } of chosen) {
  const why = missing?.();
  if (why !== undefined) {
    console.error(`${name}: not measured, ${why}`);
    continue;
  }
  const begun = performance.now();
  const measured = (await measure(effort)).map(resultOf);
  const seconds = ((performance.now() - begun) / 1_000).toFixed(1);
  console.error(
    `${name}: ${measured.map(summaryOf).join('; ')} (${seconds} s, load ${(loadavg()[0] ?? 0).toFixed(1)})`,
  );
  results.push(...measured);
}

const report: Report = {
  date: new Date().toISOString().slice(0, 10),
  isQuick: options.quick,
  machine,
  results,
};
if (options.quick)
  console.log(
    `\nA quick run: amounts are smaller than the table shows (${QUICK_EFFORT.many} events instead of ${FULL_EFFORT.many}), and its figures mean nothing.`,
  );
console.log(`\n${tableOf(results)}`);
writeFileSync(options.json, `${JSON.stringify(report, null, 2)}\n`);
if (options.record) record(report);
process.exit(); // also ends the databases

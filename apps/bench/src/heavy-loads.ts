/*
 * Measures what other clients notice of heavy loads: the time of POST /events and GET /livez on a server with SQLite:
 *
 *   node_modules/.bin/node --conditions=x-src apps/bench/src/heavy-loads.ts [EVENTS [FOLDER]]
 *
 * EVENTS is the number of stored events, a fifth of them of a separate type each: 1,000,000 by default. FOLDER is another
 * checkout of this repository, to compare its server. Prints a table in Markdown.
 */
import { resolve } from 'node:path';
import { fillStore, HEAVY_LOADS } from './heavy-loads/loads.ts';
import { type ProbeResult, startProbes } from './heavy-loads/probes.ts';
import { residentBytes } from './resident-bytes.ts';
import { startServer } from './servers.ts';
import { percentile } from './statistics.ts';
import { newTemporaryFolder } from './temporary-folder.ts';

const MIB = 1024 ** 2;
const [count = '1000000', folder = resolve(import.meta.dirname, '../../..')] = process.argv.slice(2);
const events = Number(count);

const server = await startServer(`${folder}/apps/http/src/main.ts`, {
  path: '/readyz',
  core: 'any',
  env: {
    EVENT_STORE: `sqlite:${newTemporaryFolder()}/events.sqlite`,
    RATE_LIMIT: 'off',
    LOG_LEVEL: 'warn',
    MALLOC_MMAP_THRESHOLD_: '32768', // as `npm start` sets it
  },
});
const url = `http://127.0.0.1:${server.port}`;
await fillStore(url, events);

print('| load | outcome | POST: p50, p99, longest | GET /livez: p50, p99, longest |');
print('| --- | --- | --- | --- |');
for (const { name, run } of HEAVY_LOADS) {
  const probes = await startProbes(server.port);
  const outcome = await run(url);
  const { post, livez } = await probes.end();
  print(`| ${name} | ${outcome} | ${describe(post)} | ${describe(livez)} |`);
}
const [now, peak] = (['VmRSS', 'VmHWM'] as const).map((field) =>
  Math.round(residentBytes(server.process, field) / MIB),
);
print(`\nmemory of the server: ${now} MiB, ${peak} MiB at the peak`);
await server.stop();

/** Describes the times of the accepted requests, and the number of the others. */
function describe({ times, refused }: ProbeResult): string {
  const refusals = refused === 0 ? '' : `; ${refused} of ${times.length + refused} refused`;
  if (times.length === 0) return `none accepted${refusals}`;
  const [median, p99, longest] = [percentile(times, 50), percentile(times, 99), Math.max(...times)];
  return `${[median, p99, longest].map((ms) => ms.toFixed(1)).join(', ')} ms${refusals}`;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

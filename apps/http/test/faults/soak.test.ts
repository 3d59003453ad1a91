import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { byEffort, IS_QUICK } from '@event-tracker/event-store-conformance';
import { afterAll, describe, expect, test } from 'vitest';
import { KEY } from '../support/keys.ts';
import { type Memory, memoryOf, REPORT_MEMORY } from '../support/memory.ts';
import { sendMixedLoad } from '../support/mixed-load.ts';
import { type StartedServer, startServer } from '../support/start-server.ts';

const MIB = 1024 ** 2;

interface Soak {
  /** Rounds of the mixed load until the code is compiled and every pool is full. */
  readonly warmUpRounds: number;
  readonly windows: number;
  /** Returns true at the end of a window. */
  readonly isOver: (rounds: number, durationMs: number) => boolean;
  /** Bytes. */
  readonly maxGrowthPerRequest: number;
}

/** Maximum number of bytes that a request can leave; a leak leaves more. */
const SHORT: Soak = { warmUpRounds: 15, windows: 5, isOver: (rounds) => rounds === 6, maxGrowthPerRequest: 300 };
/** Ten minutes. */
const LONG: Soak = {
  warmUpRounds: 300,
  windows: 30,
  isOver: (_, durationMs) => durationMs > 20_000,
  maxGrowthPerRequest: 30,
};
const SOAK = byEffort({ quick: SHORT, full: SHORT, long: LONG });

/** V8 periodically drops the bytecode of code that has not run for some time, which would hide a leak. */
const NODE_OPTIONS = [...REPORT_MEMORY, '--no-flush-bytecode'];

interface Sample extends Memory {
  readonly requests: number;
}

/** Keeps a server busy, and samples its memory. */
async function soak(server: StartedServer, { warmUpRounds, windows, isOver }: Soak): Promise<readonly Sample[]> {
  for (let round = 0; round < warmUpRounds; round++) await sendMixedLoad(server.url);
  const samples: Sample[] = [];
  let requests = 0;
  for (let window = 0; window < windows; window++) {
    const startedAt = performance.now();
    for (let round = 0; !isOver(round, performance.now() - startedAt); round++)
      requests += await sendMixedLoad(server.url);
    await sleep(50); // until the last connections are closed
    samples.push({ requests, ...(await memoryOf(server.process)) });
  }
  return samples;
}

/** Returns the bytes that a request leaves: the median of the slopes between any two samples (Theil-Sen). */
function growthPerRequest(samples: readonly Sample[]): number {
  const slopes = samples
    .flatMap((one, i) => samples.slice(i + 1).map((other) => slopeBetween(one, other)))
    .toSorted((a, b) => a - b);
  return slopes[Math.floor(slopes.length / 2)] ?? Number.NaN;
}

function slopeBetween(one: Sample, other: Sample): number {
  return (other.used - one.used) / (other.requests - one.requests);
}

function report(store: string, samples: readonly Sample[]): void {
  const [first, last] = [samples[0], samples.at(-1)];
  if (!first || !last) return;
  const mib = (bytes: number): string => `${(bytes / MIB).toFixed(1)} MiB`;
  process.stdout.write(
    `${store} ${last.requests} requests: ${mib(first.used)} in use at first, ${mib(last.used)} in the end, ` +
      `${growthPerRequest(samples).toFixed(1)} bytes a request; resident ${mib(first.rss)}, ${mib(last.rss)}\n`,
  );
}

describe.skipIf(IS_QUICK)('under a mixed load', () => {
  const folder = mkdtempSync(join(tmpdir(), 'event-tracker-soak-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const env = { API_KEYS: KEY.admin.line, RATE_LIMIT: '1000000/1m' };
  const timeout = SOAK === LONG ? 1_200_000 : 60_000;
  const stores = ['memory:', ...(SOAK === LONG ? [`sqlite:${join(folder, 'events.sqlite')}`] : [])];

  test.concurrent.for(stores)('memory does not grow (%s)', { timeout }, async (store, { expect }) => {
    const server = await startServer({ nodeOptions: NODE_OPTIONS, env: { ...env, EVENT_STORE: store } });
    const samples = await soak(server, SOAK);
    report(store, samples);
    expect(growthPerRequest(samples)).toBeLessThan(SOAK.maxGrowthPerRequest);
    expect((samples.at(-1)?.rss ?? 0) - (samples[0]?.rss ?? 0)).toBeLessThan(64 * MIB);
    expect(await server.stop()).toMatchObject({ code: 0, complaints: [] });
  });

  test.runIf(SOAK === LONG)('a leak of a kilobyte per submit is detected', { timeout }, async () => {
    const entry = new URL('../servers/leaking-store.ts', import.meta.url);
    const server = await startServer({ entry, nodeOptions: NODE_OPTIONS, env });
    expect(growthPerRequest(await soak(server, SHORT))).toBeGreaterThan(SHORT.maxGrowthPerRequest);
    await server.stop();
  });
});

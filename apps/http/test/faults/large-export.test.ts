import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { get as httpGet, type IncomingMessage } from 'node:http';
import { byEffort } from '@event-tracker/event-store-conformance';
import { beforeAll, describe, expect, test } from 'vitest';
import { postLines } from '../support/events.ts';
import { leastWorkDuring, MEASURE_LOOP } from '../support/longest-work.ts';
import { useServerProcess } from '../support/use-server.ts';

const EVENTS = byEffort({ quick: 20_000, full: 50_000, long: 1_000_000 });
const BATCH = 10_000;
const MIB = 1024 ** 2;
/** Maximum wait of other requests during the export. */
const MAX_BLOCKED_MS = 50;

/** Reads an export as fast as possible without keeping it. Returns its length and the peak memory of the server. */
async function readExport(url: string, headers: Record<string, string>, memory: () => number) {
  const [response] = (await once(httpGet(url, { headers, agent: false }), 'response')) as [IncomingMessage];
  let length = 0;
  let peak = 0;
  for await (const chunk of response) {
    length += (chunk as Buffer).length;
    peak = Math.max(peak, memory());
  }
  return { length, peak, isComplete: response.complete };
}

describe.skipIf(process.platform !== 'linux')('an export of everything', () => {
  const server = useServerProcess({
    env: { EVENT_STORE: 'memory:' },
    nodeOptions: MEASURE_LOOP,
  });

  const residentBytes = (): number => {
    const status = readFileSync(`/proc/${server.process.pid}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) * 1024;
  };

  beforeAll(async () => {
    for (let start = 0; start < EVENTS; start += BATCH) {
      const lines = Array.from({ length: BATCH }, (_, i) => {
        const timestamp = new Date(Date.UTC(2025, 0, 1) + (start + i) * 1_000).toISOString();
        return JSON.stringify({ event_type: `type.${i % 10}`, timestamp, payload: { n: start + i, name: 'Ann' } });
      });
      expect((await postLines(server.url, lines)).status).toBe(200);
    }
  }, 300_000);

  test.each([
    ['application/json', 'identity'],
    ['application/x-ndjson', 'identity'],
    ['text/csv', 'gzip'],
    ['application/x-ndjson', 'zstd'],
  ])(
    'as %s, %s, uses little memory and does not delay other requests',
    { timeout: 120_000 },
    async (type, encoding) => {
      const headers = { Accept: type, 'Accept-Encoding': encoding };
      await readExport(`${server.url}/events`, headers, () => 0); // compiles
      const before = residentBytes();
      const longest = await leastWorkDuring(server.process, MAX_BLOCKED_MS, async () => {
        const { length, peak, isComplete } = await readExport(`${server.url}/events`, headers, residentBytes);
        expect([isComplete, length > EVENTS * 5]).toEqual([true, true]);
        expect(peak - before).toBeLessThan(64 * MIB);
      });
      expect(longest).toBeLessThan(MAX_BLOCKED_MS);
    },
  );
});

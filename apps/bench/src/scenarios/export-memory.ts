import { eventsFrom } from '../events.ts';
import { startProbe } from '../probe.ts';
import { residentBytes } from '../resident-bytes.ts';
import type { Scenario } from '../scenario.ts';
import { type StartedServer, startTracker } from '../servers.ts';
import type { OpenSide } from '../side.ts';
import { openSide } from '../sides.ts';
import { fill, readExport } from '../tracker-client.ts';

const MIB = 1024 ** 2;
/** Frequent samples would take CPU time from the probe. */
const SAMPLE_MS = 20;
const WHAT = 'export of 1,000,000 events as NDJSON, memory';

export const exportMemory: Scenario = {
  name: 'export-memory',
  missing: () => (process.platform === 'linux' ? undefined : 'the memory of a process is read from /proc'),
  measure: async (effort) => {
    const { rounds, many } = effort;
    const loop = await openSide({ module: import.meta.url, side: 'limit', effort, subject: '' });
    const tracker = await startTracker('memory:');
    await fill(tracker.port, many);
    const exportNow = () => measureExport(tracker, many);
    await exportNow(); // compiles
    const ours = { eventsPerSecond: [] as number[], growthMib: [] as number[], waitMs: [] as number[] };
    const limit: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const { eventsPerSecond, growthMib, waitMs } = await exportNow();
      ours.eventsPerSecond.push(eventsPerSecond);
      ours.growthMib.push(growthMib);
      ours.waitMs.push(waitMs);
      limit.push(await loop.measure());
    }
    await Promise.all([tracker.stop(), loop.close()]);
    return [
      {
        what: WHAT,
        ours: ours.eventsPerSecond,
        other: { what: 'JSON.stringify of the same objects in a loop', figures: limit },
        unit: 'events/s',
      },
      { what: `${WHAT}: growth of the process`, ours: ours.growthMib, unit: 'MiB' },
      { what: `${WHAT}: longest wait of another request`, ours: ours.waitMs, unit: 'ms' },
    ];
  },
};

export const limit: OpenSide = ({ many }) => {
  const events = eventsFrom(0, many);
  return {
    measure: () => {
      const begun = performance.now();
      let length = 0;
      for (const event of events) length += JSON.stringify(event).length;
      const seconds = (performance.now() - begun) / 1_000;
      if (length < many) throw new Error('the loop has no result');
      return many / seconds;
    },
  };
};

/** Reads one export. Meanwhile, samples the memory of the server, and measures the longest wait of other requests. */
async function measureExport({ port, process: server }: StartedServer, events: number) {
  const before = residentBytes(server, 'VmRSS');
  let peak = before;
  const probe = await startProbe(port);
  const sampling = setInterval(() => {
    peak = Math.max(peak, residentBytes(server, 'VmRSS'));
  }, SAMPLE_MS);
  const begun = performance.now();
  await readExport(port);
  clearInterval(sampling);
  const seconds = (performance.now() - begun) / 1_000;
  return { eventsPerSecond: events / seconds, growthMib: (peak - before) / MIB, waitMs: await probe.end() };
}

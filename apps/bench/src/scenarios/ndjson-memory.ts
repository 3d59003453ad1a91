import { currentLinesFrom } from '../events.ts';
import { interleave } from '../interleave.ts';
import { putUnderLoad, requestOf } from '../load.ts';
import type { Scenario } from '../scenario.ts';
import { startTracker } from '../servers.ts';
import type { OpenSide } from '../side.ts';
import { openSide } from '../sides.ts';

const BATCH = 1_000;
const BATCHES = 20;
const CONNECTIONS = 4;

const batches: readonly string[] = Array.from({ length: BATCHES }, (_, n) => currentLinesFrom(n * BATCH, BATCH));

export const ndjsonMemory: Scenario = {
  name: 'ndjson-memory',
  measure: async (effort) => {
    const loop = await openSide({ module: import.meta.url, side: 'limit', effort, subject: '' });
    const requests = batches.map((lines) => requestOf('POST', '/events', lines, 'application/x-ndjson'));

    async function eventsPerSecond(): Promise<number> {
      const { port, stop } = await startTracker('memory:');
      const { warmUpMs, loadMs } = effort;
      const { responsesPerSecond } = await putUnderLoad({ port, requests, connections: CONNECTIONS, warmUpMs, loadMs });
      await stop();
      return responsesPerSecond * BATCH;
    }

    const { ours, limit } = await interleave(effort.rounds, eventsPerSecond, loop.measure);
    await loop.close();
    return [
      {
        what: 'NDJSON in batches of 1,000, memory',
        ours,
        other: { what: 'JSON.parse of each line of the same bytes', figures: limit },
        unit: 'events/s',
      },
    ];
  },
};

export const limit: OpenSide = () => {
  const bodies = batches.map((lines) => Buffer.from(lines));
  return {
    measure: () => {
      const begun = performance.now();
      for (const body of bodies) {
        for (const line of body.toString().split('\n')) if (line !== '') JSON.parse(line);
      }
      return (BATCHES * BATCH * 1_000) / (performance.now() - begun);
    },
  };
};

import { type CountedLoad, CPU_TIME_OPTIONS, cpuPerResponse } from '../cpu-time.ts';
import { type Effort, FULL_EFFORT } from '../effort.ts';
import { currentLinesFrom } from '../events.ts';
import { repeat } from '../interleave.ts';
import { requestOf } from '../load.ts';
import type { Row, Scenario } from '../scenario.ts';
import { startTracker } from '../servers.ts';
import { SINGLE_POSTS } from '../single-posts.ts';
import { newTemporaryFolder } from '../temporary-folder.ts';

const CONNECTIONS = [1, 8, 64, 512];
/** The sizes of batches, and how many are measured in a full run. */
const BATCHES = [
  { size: 1, responses: 4_000 },
  { size: 10, responses: 2_000 },
  { size: 100, responses: 400 },
  { size: 1_000, responses: 40 },
  { size: 10_000, responses: 10 },
];
const BATCH_CONNECTIONS = 4;

/** Measures how the CPU time of a server with SQLite depends on the number of connections and on the size of batches. */
export const growthLoad: Scenario = {
  name: 'growth-load',
  measure: async (effort) => {
    const rows: Row[] = [];
    for (const connections of CONNECTIONS) {
      const load = { requests: SINGLE_POSTS, connections, responses: effort.few / 2 };
      const what = `single POST, SQLite, connections: ${connections}: CPU time`;
      rows.push({ what, ours: await cpuPerRequest(effort, load), unit: 'µs' });
    }
    for (const { size, responses } of BATCHES) {
      const requests = [0, 1, 2].map((n) =>
        requestOf('POST', '/events', currentLinesFrom(n * size, size), 'application/x-ndjson'),
      );
      const share = effort.few / FULL_EFFORT.few;
      const load = { requests, connections: BATCH_CONNECTIONS, responses: Math.ceil(responses * share) };
      const figures = await cpuPerRequest(effort, load);
      const what = `NDJSON, SQLite, ${BATCH_CONNECTIONS} connections, events in a batch: ${size}: CPU time per event`;
      rows.push({ what, ours: figures.map((figure) => figure / size), unit: 'µs' });
    }
    return rows;
  },
};

function cpuPerRequest({ rounds }: Effort, load: CountedLoad): Promise<readonly number[]> {
  return repeat(Math.min(rounds, 3), async () => {
    const server = await startTracker(`sqlite:${newTemporaryFolder()}/events.sqlite`, CPU_TIME_OPTIONS);
    try {
      return await cpuPerResponse(server, load);
    } finally {
      await server.stop();
    }
  });
}

import type { Effort } from '../effort.ts';
import { currentLinesFrom } from '../events.ts';
import { repeat } from '../interleave.ts';
import { type LoadPlan, putUnderLoad, requestOf } from '../load.ts';
import type { Row, Scenario } from '../scenario.ts';
import { startTracker } from '../servers.ts';
import { SINGLE_POSTS } from '../single-posts.ts';

const CONNECTIONS = [1, 8, 64, 512];
const BATCHES = [1, 10, 100, 1_000, 10_000];
const BATCH_CONNECTIONS = 4;
/** The number of distinct events to send. */
const EVENTS = 10_000;

/** Measures how throughput depends on the number of connections and the size of batches, without a limit. */
export const growth: Scenario = {
  name: 'growth',
  measure: async (effort) => {
    const rows: Row[] = [];
    for (const connections of CONNECTIONS) {
      rows.push({
        what: `single POST, memory, connections: ${connections}`,
        ours: await eventsPerSecond(effort, 1, { requests: SINGLE_POSTS, connections }),
        unit: 'events/s',
      });
    }
    for (const batch of BATCHES) {
      const requests = Array.from({ length: EVENTS / batch }, (_, n) =>
        requestOf('POST', '/events', currentLinesFrom(n * batch, batch), 'application/x-ndjson'),
      );
      rows.push({
        what: `NDJSON, memory, ${BATCH_CONNECTIONS} connections, events in a batch: ${batch}`,
        ours: await eventsPerSecond(effort, batch, { requests, connections: BATCH_CONNECTIONS }),
        unit: 'events/s',
      });
    }
    return rows;
  },
};

function eventsPerSecond(
  { rounds, warmUpMs, loadMs }: Effort,
  batch: number,
  load: Pick<LoadPlan, 'requests' | 'connections'>,
): Promise<readonly number[]> {
  return repeat(Math.min(rounds, 2), async () => {
    const { port, stop } = await startTracker('memory:');
    const { responsesPerSecond } = await putUnderLoad({ port, warmUpMs, loadMs, ...load });
    await stop();
    return responsesPerSecond * batch;
  });
}

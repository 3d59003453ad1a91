import { currentLinesFrom } from '../events.ts';
import { repeat } from '../interleave.ts';
import { putUnderLoad, requestOf } from '../load.ts';
import { nextMessageOf } from '../processes.ts';
import type { Scenario } from '../scenario.ts';
import { startTracker } from '../servers.ts';
import { SINGLE_POSTS } from '../single-posts.ts';

const BATCH = 10_000;
const PAUSE_BETWEEN_BATCHES_MS = 200;
const nodeOptions = ['--import', new URL('../loop-delay-preload.ts', import.meta.url).href];

export const loopDelay: Scenario = {
  name: 'loop-delay',
  measure: async ({ rounds, warmUpMs, loadMs }) => {
    const batches = [0, 1, 2].map((n) =>
      requestOf('POST', '/events', currentLinesFrom(n * BATCH, BATCH), 'application/x-ndjson'),
    );

    async function longestDelay(): Promise<number> {
      const { port, process: server, stop } = await startTracker('memory:', { nodeOptions });
      const load = { port, warmUpMs, loadMs };
      const singles = putUnderLoad({ ...load, requests: SINGLE_POSTS, connections: 63 });
      await putUnderLoad({ ...load, requests: batches, connections: 1, pauseMs: PAUSE_BETWEEN_BATCHES_MS });
      await singles;
      const message = nextMessageOf<number>(server, 'the server');
      server.send('p99');
      const figure = await message;
      await stop();
      return figure;
    }

    return [
      {
        what: 'event-loop delay, p99, single POSTs from 63 connections with batches of 10,000 mixed in, memory',
        ours: await repeat(rounds, longestDelay),
        unit: 'ms',
      },
    ];
  },
};

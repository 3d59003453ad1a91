import { interleave } from '../interleave.ts';
import type { Scenario } from '../scenario.ts';
import { startLimit, startTracker } from '../servers.ts';
import { postsPerSecond } from '../single-posts.ts';

export const postMemory: Scenario = {
  name: 'post-memory',
  measure: async (effort) => {
    const { ours, limit } = await interleave(
      effort.rounds,
      () => postsPerSecond(() => startTracker('memory:'), effort),
      () => postsPerSecond(() => startLimit('post-server.ts'), effort),
    );
    return [
      {
        what: 'single POST, memory, 64 connections',
        ours,
        other: { what: 'bare node:http without any check', figures: limit },
        unit: 'requests/s',
      },
    ];
  },
};

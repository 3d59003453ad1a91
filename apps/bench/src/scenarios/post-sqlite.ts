import { rmSync } from 'node:fs';
import { interleave } from '../interleave.ts';
import type { Scenario } from '../scenario.ts';
import { startTracker } from '../servers.ts';
import { postsPerSecond } from '../single-posts.ts';
import { newTemporaryFolder } from '../temporary-folder.ts';

export const postSqlite: Scenario = {
  name: 'post-sqlite',
  measure: async (effort) => {
    const overSqlite = async (): Promise<number> => {
      const folder = newTemporaryFolder();
      const figure = await postsPerSecond(() => startTracker(`sqlite:${folder}/events.sqlite`), effort);
      rmSync(folder, { recursive: true });
      return figure;
    };
    const { ours, limit } = await interleave(effort.rounds, overSqlite, () =>
      postsPerSecond(() => startTracker('memory:'), effort),
    );
    return [
      {
        what: 'single POST, SQLite, durable, 64 connections',
        ours,
        other: { what: 'our memory store, same load', figures: limit },
        unit: 'requests/s',
      },
    ];
  },
};

import { createPostgresEventStore } from '@event-tracker/adapters-postgres';
import { postgresUrl } from '../databases.ts';
import { interleave } from '../interleave.ts';
import type { Scenario } from '../scenario.ts';
import { startLimit, startTracker } from '../servers.ts';
import { postsPerSecond } from '../single-posts.ts';

const SCHEMA = 'bench_insert';

export const postPostgres: Scenario = {
  name: 'post-postgres',
  measure: async (effort) => {
    const url = await postgresUrl();
    await (await createPostgresEventStore({ url, schema: SCHEMA })).close(); // creates the table and its indexes
    const env = { POSTGRES_URL: url, TABLE: `${SCHEMA}.events` };
    const { ours, limit } = await interleave(
      effort.rounds,
      () => postsPerSecond(() => startTracker(url), effort),
      () => postsPerSecond(() => startLimit('insert-server.ts', { env }), effort),
    );
    return [
      {
        what: 'single POST, PostgreSQL, 64 connections',
        ours,
        other: { what: 'bare node:http, an INSERT each, a pool of 10', figures: limit },
        unit: 'requests/s',
      },
    ];
  },
};

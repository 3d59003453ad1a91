import { join } from 'node:path';
import { createSqliteEventStore } from '@event-tracker/adapters-sqlite';
import { appFolder } from '../app-folder.ts';
import { interleave } from '../interleave.ts';
import type { Scenario } from '../scenario.ts';
import { type StartedServer, startLimit, startServer } from '../servers.ts';
import { fillStore } from '../stores.ts';
import { newTemporaryFolder } from '../temporary-folder.ts';

export const start: Scenario = {
  name: 'start',
  measure: async ({ rounds, many }) => {
    const main = join(appFolder(), 'dist/main.js');
    const path = join(newTemporaryFolder(), 'events.sqlite');
    const store = await createSqliteEventStore({ path });
    await fillStore(store, many);
    await store.close();
    const env = { EVENT_STORE: `sqlite:${path}` };
    const { ours, limit } = await interleave(
      rounds,
      () => timeToStart(startServer(main, { env, path: '/readyz', isSource: false, core: 'any' })),
      () => timeToStart(startLimit('empty-server.mjs', { isSource: false, core: 'any' })),
    );
    return [
      {
        what: 'from the start of the process to the first response, SQLite with 1,000,000 events, as in the image',
        ours,
        other: { what: 'an empty node:http server', figures: limit },
        unit: 'ms',
      },
    ];
  },
};

async function timeToStart(starting: Promise<StartedServer>): Promise<number> {
  const { startMs, stop } = await starting;
  await stop();
  return startMs;
}

import { execFileSync } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import { join } from 'node:path';
import { isInvalidCursorError } from '@event-tracker/core';
import { appendBatch } from '@event-tracker/core/store';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createPostgresEventStore } from '../src/index.ts';
import { anEvent, events } from './events.ts';
import { type PostgresServer, startPostgres } from './postgres-server.ts';
import { withClient } from './schemas.ts';

/** The folder of an installed PostgreSQL with pg_dump, which the npm package lacks. */
const PROGRAMS = globSync('/usr/lib/postgresql/*/bin').find((folder) =>
  ['pg_dump', 'psql', 'postgres'].every((name) => existsSync(join(folder, name))),
);

describe.skipIf(PROGRAMS === undefined)('a backup that is restored elsewhere', { timeout: 60_000 }, () => {
  let server: PostgresServer;

  beforeAll(async () => {
    server = await startPostgres(PROGRAMS);
  }, 60_000);
  afterAll(() => server.stop());

  test('keeps identity and sequences and continues after the last', async () => {
    const store = await createPostgresEventStore({ url: server.url });
    const { id, readAfter } = store;
    await appendBatch(store, events(20));
    const all = await readAfter({ after: 0n, limit: 100 });
    await store.delete(all.slice(15).map(({ event }) => event.id));
    const url = await restoreInto('restored');
    await appendBatch(store, events(3));
    const [later] = await readAfter({ after: all[19]?.sequence ?? 0n, limit: 1 });
    await store.close();

    const restored = await createPostgresEventStore({ url });
    const arrivals = restored;
    expect(arrivals.id).toBe(id);
    expect(await arrivals.readAfter({ after: 0n, limit: 100 })).toEqual(all.slice(0, 15));
    const beyond = arrivals.readAfter({ after: (later?.sequence ?? 0n) + 2n, limit: 1 });
    await expect(beyond, 'a position from after the backup').rejects.toSatisfy(isInvalidCursorError);
    const event = anEvent();
    await appendBatch(restored, [event]);
    const next = await arrivals.readAfter({ after: all[19]?.sequence ?? 0n, limit: 100 });
    expect(next.map((arrival) => arrival.event)).toEqual([event]);
    await restored.close();
  });

  /** Restores a backup of the store into a new database of the same server. Returns its URL. */
  async function restoreInto(database: string): Promise<string> {
    await withClient(server.url, (client) => client.query(`CREATE DATABASE "${database}"`));
    const url = new URL(server.url);
    url.pathname = database;
    const dump = execFileSync(join(PROGRAMS ?? '', 'pg_dump'), ['--schema', 'event_tracker', server.url]);
    execFileSync(join(PROGRAMS ?? '', 'psql'), ['--set', 'ON_ERROR_STOP=1', '--quiet', url.href], {
      input: dump,
      stdio: ['pipe', 'ignore', 'inherit'],
    });
    return url.href;
  }
});

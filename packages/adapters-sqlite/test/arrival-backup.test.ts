import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createSqliteEventStore } from '@event-tracker/adapters-sqlite';
import { appendBatch } from '@event-tracker/core/store';
import { expect, test } from 'vitest';
import { anEvent, events } from './support/events.ts';
import { useTemporaryFolder } from './support/temporary-folder.ts';

const folder = useTemporaryFolder();

test('a backup that is restored elsewhere keeps identity and sequences, and continues after the last', async () => {
  const path = join(folder, 'events.sqlite');
  const store = await createSqliteEventStore({ path });
  await appendBatch(store, events(20));
  const all = await store.readAfter({ after: 0n, limit: 100 });
  await store.delete(all.slice(15).map(({ event }) => event.id));
  mkdirSync(join(folder, 'elsewhere'));
  const copy = join(folder, 'elsewhere', 'events.sqlite');
  const database = new DatabaseSync(path, { readOnly: true });
  database.exec(`VACUUM INTO '${copy}'`);
  database.close();
  await store.close();

  const restored = await createSqliteEventStore({ path: copy });
  const arrivals = restored;
  expect(arrivals.id).toBe(store.id);
  expect(await arrivals.readAfter({ after: 0n, limit: 100 })).toEqual(all.slice(0, 15));
  const event = anEvent();
  await appendBatch(restored, [event]);
  const next = await arrivals.readAfter({ after: all[19]?.sequence ?? 0n, limit: 100 });
  expect(next.map((arrival) => arrival.event)).toEqual([event]);
  await restored.close();
});

import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createSqliteEventStore } from '@event-tracker/adapters-sqlite';
import { appendBatch, epochNanosecondsOf } from '@event-tracker/core/store';
import { eventsFrom } from '../events.ts';
import type { Scenario } from '../scenario.ts';
import type { OpenSide } from '../side.ts';
import { compareSides } from '../sides.ts';
import { newTemporaryFolder } from '../temporary-folder.ts';

const BATCH = 1_000;

export const batchSqlite: Scenario = {
  name: 'batch-sqlite',
  measure: async (effort) => {
    const { ours, limit } = await compareSides(import.meta.url, effort);
    return [
      {
        what: 'batches of 1,000, SQLite, below HTTP',
        ours,
        other: { what: 'prepared inserts in a transaction each, same table and indexes', figures: limit },
        unit: 'events/s',
      },
    ];
  },
};

/** Stores successive batches, each time in an empty file. */
export const ours: OpenSide = ({ few }) => ({
  measure: async () => {
    const store = await createSqliteEventStore({ path: join(newTemporaryFolder(), 'events.sqlite') });
    const batches = batchesOf(10 * few);
    const begun = performance.now();
    for (const batch of batches) await appendBatch(store, batch);
    const seconds = (performance.now() - begun) / 1_000;
    await store.close();
    return (10 * few) / seconds;
  },
});

export const limit: OpenSide = ({ few }) => ({
  measure: async () => {
    const path = join(newTemporaryFolder(), 'events.sqlite');
    await (await createSqliteEventStore({ path })).close(); // creates the table and its indexes
    const database = new DatabaseSync(path);
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -65536');
    const insert = database.prepare(
      "INSERT INTO events (id, event_type, epoch_nanoseconds, payload) VALUES (unhex(?, '-'), ?, ?, ?)",
    );
    const batches = batchesOf(10 * few).map((batch) =>
      batch.map(
        ({ id, event_type, timestamp, payload }) =>
          [id, event_type, epochNanosecondsOf(timestamp), JSON.stringify(payload)] as const,
      ),
    );
    const begun = performance.now();
    for (const batch of batches) {
      database.exec('BEGIN IMMEDIATE');
      for (const row of batch) insert.run(...row);
      database.exec('COMMIT');
    }
    const seconds = (performance.now() - begun) / 1_000;
    database.close();
    return (10 * few) / seconds;
  },
});

function batchesOf(events: number) {
  return Array.from({ length: events / BATCH }, (_, n) => eventsFrom(n * BATCH, BATCH));
}

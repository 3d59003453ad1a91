import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createPostgresEventStore } from '@event-tracker/adapters-postgres';
import type { Event } from '@event-tracker/core';
import { appendBatch, epochNanosecondsOf } from '@event-tracker/core/store';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { postgresUrl } from '../databases.ts';
import { eventsFrom } from '../events.ts';
import type { Scenario } from '../scenario.ts';
import type { OpenSide } from '../side.ts';
import { compareSides } from '../sides.ts';

const BATCH = 1_000;
const BATCHES = 30;

export const batchPostgres: Scenario = {
  name: 'batch-postgres',
  measure: async (effort) => {
    const { ours, limit } = await compareSides(import.meta.url, effort, await postgresUrl());
    return [
      {
        what: 'batches of 1,000, PostgreSQL, below HTTP',
        ours,
        other: { what: 'COPY of the same rows, same table and indexes', figures: limit },
        unit: 'events/s',
      },
    ];
  },
};

export const ours: OpenSide = async (_, url) => {
  const store = await createPostgresEventStore({ url, schema: 'bench_ours' });
  return { measure: createMeasure((events) => appendBatch(store, events)), close: () => store.close() };
};

export const limit: OpenSide = async (_, url) => {
  await (await createPostgresEventStore({ url, schema: 'bench_limit' })).close(); // creates the table and its indexes
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return { measure: createMeasure((events) => copy(client, events)), close: () => client.end() };
};

/** Returns a function that measures the events stored per second in successive batches, with new events each time. */
function createMeasure(append: (events: readonly Event[]) => Promise<unknown>): () => Promise<number> {
  let made = 0;
  return async () => {
    const batches = Array.from({ length: BATCHES }, (_, n) => eventsFrom(made + n * BATCH, BATCH));
    made += BATCHES * BATCH;
    const begun = performance.now();
    for (const batch of batches) await append(batch);
    return (BATCHES * BATCH * 1_000) / (performance.now() - begun);
  };
}

async function copy(client: pg.Client, events: readonly Event[]): Promise<void> {
  const stream = client.query(
    copyFrom('COPY bench_limit.events (id, event_type, epoch_nanoseconds, payload) FROM STDIN'),
  );
  const lines = events.map(({ id, event_type, timestamp, payload }) => {
    const json = JSON.stringify(payload).replaceAll('\\', '\\\\');
    return `${id}\t${event_type}\t${epochNanosecondsOf(timestamp)}\t${json}\n`;
  });
  await pipeline(Readable.from([lines.join('')]), stream);
}

import { hash } from 'node:crypto';
import { statSync } from 'node:fs';
import { createClickHouseEventStore } from '@event-tracker/adapters-clickhouse';
import { createPostgresEventStore } from '@event-tracker/adapters-postgres';
import { createSqliteEventStore } from '@event-tracker/adapters-sqlite';
import type { Event } from '@event-tracker/core';
import type { EventStorePort } from '@event-tracker/core/store';
import { appendBatch } from '@event-tracker/core/store';
import pg from 'pg';
import { clickHouseUrl, postgresUrl } from '../databases.ts';
import { eventsFrom } from '../events.ts';
import type { Row, Scenario } from '../scenario.ts';
import { newTemporaryFolder } from '../temporary-folder.ts';

const BATCH = 5_000;

/** Sizes of a text that is added to the payload of the small events, in characters. */
const SIZES = [
  { name: 'small event', text: 0 },
  { name: 'event of 1,200 bytes', text: 1_000 },
];

export const diskPerEvent: Scenario = {
  name: 'disk-per-event',
  measure: async ({ many }) => {
    const rows: Row[] = [];
    for (const { name, text } of SIZES) {
      const events = Math.ceil(many / 5);
      const row = (store: string, bytes: number): Row => ({
        what: `disk per stored ${name}, indexes included, ${store}`,
        ours: [bytes / events],
        unit: 'bytes',
      });
      rows.push(
        row('SQLite', await fillSqlite(events, text)),
        row('PostgreSQL', await fillPostgres(events, text)),
        row('ClickHouse', await fillClickHouse(events, text)),
      );
    }
    return rows;
  },
};

/** Returns the size of a file with a number of events after it is closed. */
async function fillSqlite(events: number, text: number): Promise<number> {
  const path = `${newTemporaryFolder()}/events.sqlite`;
  const store = await createSqliteEventStore({ path });
  await fill(store, events, text);
  await store.close();
  return statSync(path).size;
}

/** Returns the size of a table with a number of events, with its indexes. */
async function fillPostgres(events: number, text: number): Promise<number> {
  const url = await postgresUrl();
  const schema = `bench_disk_${text}`;
  const store = await createPostgresEventStore({ url, schema });
  await fill(store, events, text);
  await store.close();
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ bytes: string }>(`SELECT pg_total_relation_size('${schema}.events') AS bytes`);
  await client.end();
  return Number(rows[0]?.bytes);
}

/** Returns the size of the tables of a number of events after they are merged. */
async function fillClickHouse(events: number, text: number): Promise<number> {
  const database = `bench_disk_${text}`;
  const url = await clickHouseUrl();
  const store = await createClickHouseEventStore({ url: new URL(database, url).href });
  await fill(store, events, text);
  await store.close();
  const run = async (query: string): Promise<string> => {
    const response = await fetch(url.replace('clickhouse:', 'http:'), { method: 'POST', body: query });
    if (!response.ok) throw new Error(`ClickHouse responded to ${query} with ${response.status}`);
    return response.text();
  };
  for (const table of ['events', 'event_ids']) await run(`OPTIMIZE TABLE ${database}.${table} FINAL`);
  return Number(await run(`SELECT sum(bytes_on_disk) FROM system.parts WHERE active AND database = '${database}'`));
}

async function fill(store: EventStorePort, events: number, text: number): Promise<void> {
  for (let start = 0; start < events; start += BATCH) {
    const batch = eventsFrom(start, Math.min(BATCH, events - start));
    await appendBatch(store, text === 0 ? batch : batch.map((event) => withText(event, text)));
  }
}

/** Returns the event with an additional text in its payload, which does not compress well. */
function withText(event: Event, length: number): Event {
  let text = '';
  for (let n = 0; text.length < length; n++) text += hash('sha512', `${event.id} ${n}`);
  return { ...event, payload: { ...event.payload, text: text.slice(0, length) } };
}

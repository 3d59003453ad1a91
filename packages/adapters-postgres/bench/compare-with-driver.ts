// What the store costs beside the bare driver, which does the same durable work on the same table with the same indexes:
//
//   node --conditions=x-src packages/adapters-postgres/bench/compare-with-driver.ts [postgres://…]
//
// Without a URL it starts a server of its own. Both sides take turns, so that what disturbs one disturbs the other.

import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Event, type EventStorePort, epochNanosecondsOf, formatTimestamp } from '@event-tracker/core';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { createPostgresEventStore } from '../src/index.ts';
import { startPostgres } from '../test/postgres-server.ts';
import { dropSchema } from '../test/schemas.ts';

const BATCH = 1_000;
const BATCHES = 60;
const CALLERS = 64;
const SINGLES = 6_400;
const POOL = 10;
const FEW = 10_000;
const MANY = 1_000_000;
const PAGES = 200;
const START = epochNanosecondsOf('2025-01-01T00:00:00Z');
const TYPES = ['login', 'logout', 'purchase', 'page_view', 'search'];

let made = 0;

/** Events as core hands them to a store, a second apart. */
function makeEvents(count: number): Event[] {
  return Array.from({ length: count }, () => {
    const n = made++;
    const id = `01941f29-7c00-7000-8000-${n.toString(16).padStart(12, '0')}`;
    const payload = Object.freeze({
      user_id: n % 1_000,
      path: `/products/${n % 77}`,
      amount: n / 100,
      ok: n % 3 === 0,
    });
    const timestamp = formatTimestamp(START + BigInt(n) * 1_000_000_000n);
    return Object.freeze({ id, event_type: TYPES[n % TYPES.length] ?? '', timestamp, payload });
  });
}

async function copyBatch(client: pg.Client, table: string, events: readonly Event[]): Promise<void> {
  const stream = client.query(copyFrom(`COPY ${table} (id, event_type, epoch_nanoseconds, payload) FROM STDIN`));
  const lines = events.map((event) => {
    const payload = JSON.stringify(event.payload).replaceAll('\\', '\\\\');
    return `${event.id}\t${event.event_type}\t${epochNanosecondsOf(event.timestamp)}\t${payload}\n`;
  });
  await pipeline(Readable.from([lines.join('')]), stream);
}

async function insertOne(pool: pg.Pool, table: string, event: Event): Promise<void> {
  await pool.query(
    `INSERT INTO ${table} (id, event_type, epoch_nanoseconds, payload) VALUES ($1, $2, $3, $4) ON CONFLICT (id) DO NOTHING`,
    [event.id, event.event_type, String(epochNanosecondsOf(event.timestamp)), JSON.stringify(event.payload)],
  );
}

/** So many callers, each of which sends its next event when the one before is stored. */
async function fromManyCallers(events: readonly Event[], send: (event: Event) => Promise<unknown>): Promise<void> {
  const rest = events.values();
  await Promise.all(
    Array.from({ length: CALLERS }, async () => {
      for (const event of rest) await send(event);
    }),
  );
}

async function time(work: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await work();
  return performance.now() - begin;
}

async function compareBatches(store: EventStorePort, client: pg.Client, table: string): Promise<string> {
  let [ours, theirs] = [0, 0];
  for (let batch = 0; batch < BATCHES; batch++) {
    const [a, b] = [makeEvents(BATCH), makeEvents(BATCH)];
    ours += await time(() => store.append(a));
    theirs += await time(() => copyBatch(client, table, b));
  }
  const rate = (ms: number) => Math.round((BATCHES * BATCH * 1_000) / ms);
  return `batches of ${BATCH}: store ${rate(ours)}/s, COPY ${rate(theirs)}/s, ratio ${(theirs / ours).toFixed(2)}`;
}

async function compareSingles(store: EventStorePort, pool: pg.Pool, table: string): Promise<string> {
  let [ours, theirs] = [0, 0];
  for (let round = 0; round < 4; round++) {
    const [a, b] = [makeEvents(SINGLES / 4), makeEvents(SINGLES / 4)];
    ours += await time(() => fromManyCallers(a, (event) => store.append([event])));
    theirs += await time(() => fromManyCallers(b, (event) => insertOne(pool, table, event)));
  }
  const rate = (ms: number) => Math.round((SINGLES * 1_000) / ms);
  return `single appends of ${CALLERS} callers: store ${rate(ours)}/s, one INSERT each ${rate(theirs)}/s, ratio ${(theirs / ours).toFixed(2)}`;
}

/** The median time of a page by type and range, anywhere among so many events. */
async function timePage(store: EventStorePort, events: number): Promise<number> {
  const times: number[] = [];
  for (let n = 0; n < PAGES; n++) {
    const start = START + BigInt(Math.floor((events * n) / PAGES / 2)) * 1_000_000_000n;
    const filter = { event_type: [TYPES[n % TYPES.length] ?? ''], start, end: start + 3_600_000_000_000n };
    times.push(await time(() => store.query({ filter, order: 'asc', limit: 100 })));
  }
  return times.sort((a, b) => a - b)[PAGES / 2] ?? Number.NaN;
}

async function comparePages(store: EventStorePort): Promise<string> {
  while (made < FEW) await store.append(makeEvents(BATCH));
  await timePage(store, FEW); // the first ones make connections and compile
  const few = await timePage(store, FEW);
  while (made < MANY) await store.append(makeEvents(10 * BATCH));
  const many = await timePage(store, MANY);
  return `page of 100 by type and range: ${few.toFixed(2)} ms among ${FEW}, ${many.toFixed(2)} ms among ${MANY}, ratio ${(many / few).toFixed(2)}`;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

const given = process.argv[2];
const server = given === undefined ? await startPostgres() : undefined;
const url = given ?? server?.url ?? '';
const schemas = ['bench_store', 'bench_driver', 'bench_pages'];
const [store, driver, pages] = await Promise.all(schemas.map((schema) => createPostgresEventStore({ url, schema })));
const client = new pg.Client({ connectionString: url });
const pool = new pg.Pool({ connectionString: url, max: POOL });
await client.connect();
try {
  if (!store || !driver || !pages) throw new Error('a store is missing');
  const table = 'bench_driver.events';
  print(await compareBatches(store, client, table));
  print(await compareSingles(store, pool, table));
  made = 0;
  print(await comparePages(pages));
} finally {
  await Promise.all([store?.close(), driver?.close(), pages?.close(), client.end(), pool.end()]);
  for (const schema of schemas) await dropSchema(url, schema);
  await server?.stop();
}

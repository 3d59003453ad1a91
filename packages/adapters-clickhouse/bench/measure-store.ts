// What a store takes for the same events and the same questions:
//
//   node --conditions=x-src packages/adapters-clickhouse/bench/measure-store.ts STORE [EVENTS]
//
// STORE is `memory`, `sqlite:PATH`, `postgres://…`, or `clickhouse:PATH` for the ClickHouse in this process on a new
// folder, or `clickhouse://…` for a server. ClickHouse is told to use one thread; `taskset -c 0` leaves it one core. Beside
// the time stands that of the processor, store and database together: what it is on a machine with nothing else to do.

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Readable } from 'node:stream';
import { type ClickHouseClient, createClient } from '@clickhouse/client';
import {
  type AggregateRequest,
  type Event,
  type EventStorePort,
  epochNanosecondsOf,
  formatTimestamp,
} from '@event-tracker/core';
import { createChdbConnection } from 'chdb/connection';
import { type ClickHouseEventStoreOptions, createClickHouseEventStore } from '../src/index.ts';

const BATCH = 10_000;
const SINGLES = 6_400;
const CALLERS = 64;
const PAGE = 100;
const PAGES = 200;
const ROUNDS = 3;
const RAW_ROUNDS = 20;
const START = epochNanosecondsOf('2025-01-01T00:00:00Z');
const HOUR = 3_600_000_000_000n;
const TYPES = ['page_view', 'click', 'login', 'logout', 'purchase'];
const DATABASE = 'bench';
const DEADLINE_MS = 600_000;
const DEADLINES = {
  appendMs: DEADLINE_MS,
  getMs: DEADLINE_MS,
  queryMs: DEADLINE_MS,
  aggregateMs: DEADLINE_MS,
  deleteMs: DEADLINE_MS,
  pingMs: DEADLINE_MS,
};

/** A store, and how much of the disk its events take in bytes, where they take any. */
interface Subject {
  readonly store: EventStorePort;
  readonly countBytes?: () => Promise<number>;
  /** The client below the store. */
  readonly client?: ClickHouseClient;
  /** What the processes of a database have taken of the processor, in milliseconds. */
  readonly countCpuMs?: () => number;
}

/** The adapters do not depend on each other: those beside this one are found by where they lie. */
async function importAdapter<Module>(name: string): Promise<Module> {
  return import(new URL(`../../adapters-${name}/src/index.ts`, import.meta.url).href) as Promise<Module>;
}

type Create = (options: object) => EventStorePort | Promise<EventStorePort>;

async function openSubject(given: string): Promise<Subject> {
  if (given === 'memory') {
    const { createMemoryEventStore } = await importAdapter<{ createMemoryEventStore: Create }>('memory');
    const unbounded = { maxEvents: Number.POSITIVE_INFINITY, maxBytes: Number.POSITIVE_INFINITY };
    return { store: await createMemoryEventStore(unbounded) };
  }
  if (given.startsWith('sqlite:')) {
    const path = given.slice('sqlite:'.length);
    const { createSqliteEventStore } = await importAdapter<{ createSqliteEventStore: Create }>('sqlite');
    return {
      store: await createSqliteEventStore({ path, deadlines: DEADLINES }),
      countBytes: async () => statSync(path).size,
    };
  }
  return given.startsWith('clickhouse:') ? openClickHouse(given) : openPostgres(given);
}

async function openPostgres(url: string): Promise<Subject> {
  const { createPostgresEventStore } = await importAdapter<{ createPostgresEventStore: Create }>('postgres');
  const store = await createPostgresEventStore({ url, schema: DATABASE, deadlines: DEADLINES });
  const require = createRequire(new URL('../../adapters-postgres/package.json', import.meta.url));
  const { Client } = require('pg') as typeof import('pg');
  const client = new Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query('SELECT pg_backend_pid() AS pid');
  const postmaster = statOf(rows[0].pid)?.parent ?? 0;
  return {
    store: { ...store, close: () => Promise.all([store.close(), client.end()]).then(() => {}) },
    countBytes: async () => {
      await client.query(`VACUUM ANALYZE ${DATABASE}.events`);
      const { rows } = await client.query(`SELECT pg_total_relation_size('${DATABASE}.events') AS bytes`);
      return Number(rows[0].bytes);
    },
    countCpuMs: () =>
      readdirSync('/proc')
        .map(statOf)
        .filter((stat) => stat !== undefined)
        .filter(({ pid, parent }) => pid === postmaster || parent === postmaster)
        .reduce((sum, { cpuMs }) => sum + cpuMs, 0),
  };
}

/** What Linux tells of a process (proc(5)): its times count hundredths of a second, those of ended children included. */
function statOf(pid: string | number) {
  try {
    const [, rest = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ');
    const fields = rest.split(' ').map(Number);
    const cpuMs = 10 * fields.slice(11, 15).reduce((sum, ticks) => sum + ticks, 0);
    return { pid: Number(pid), parent: fields[1], cpuMs };
  } catch {
    return undefined; // ended, or no process
  }
}

async function openClickHouse(given: string): Promise<Subject> {
  const path = given.slice('clickhouse:'.length);
  const isServer = path.startsWith('//');
  type Connection = NonNullable<ClickHouseEventStoreOptions['connection']>;
  const connect = () => ({ connection: createChdbConnection({ path }) as unknown as Connection });
  const address = isServer ? new URL(given) : new URL('clickhouse://in-process');
  address.pathname = DATABASE;
  address.searchParams.set('ch_max_threads', '1');
  const settings = { clickhouse_settings: { max_threads: 1 } };
  const client = createClient(
    isServer ? { url: given.replace('clickhouse:', 'http:'), ...settings } : { ...connect(), ...settings },
  );
  const store = await createClickHouseEventStore({
    url: address.href,
    deadlines: DEADLINES,
    ...(isServer ? {} : connect()),
  });
  return {
    store,
    client,
    countBytes: async () => {
      const query = `SELECT sum(bytes_on_disk) AS bytes FROM system.parts WHERE active AND database = '${DATABASE}'`;
      const result = await client.query({ query, format: 'JSONEachRow' });
      const [row] = await result.json<{ bytes: string }>();
      return Number(row?.bytes);
    },
  };
}

/** What looks like chance, the same each time. */
function scatter(n: number, salt: number): number {
  return Math.imul(Math.imul(n + 1, 0x9e3779b1) ^ salt, 0x85ebca6b) >>> 0;
}

/** Events as core hands them to a store, about a second apart. */
function eventsFrom(first: number, count: number): readonly Event[] {
  return Array.from({ length: count }, (_, index) => {
    const n = first + index;
    const hex = (salt: number, digits: number) => scatter(n, salt).toString(16).padStart(8, '0').slice(0, digits);
    const time = (1_735_689_600_000 + n * 1_000).toString(16).padStart(12, '0');
    const id = `${time.slice(0, 8)}-${time.slice(8)}-7${hex(1, 3)}-8${hex(2, 3)}-${hex(3, 8)}${hex(4, 4)}`;
    const payload = Object.freeze({
      user_id: scatter(n, 5) % 100_000,
      path: `/products/${scatter(n, 6) % 977}`,
      amount: (scatter(n, 7) % 100_000) / 100,
      ok: scatter(n, 8) % 3 === 0,
    });
    const timestamp = formatTimestamp(START + BigInt(n * 1_000 + (scatter(n, 9) % 1_000)) * 1_000_000n);
    return Object.freeze({ id, event_type: TYPES[scatter(n, 10) % TYPES.length] ?? '', timestamp, payload });
  });
}

/** How long something takes, and how much of the processor, in milliseconds. */
interface Cost {
  readonly ms: number;
  readonly cpuMs: number;
}

async function costOf({ countCpuMs = () => 0 }: Subject, work: () => Promise<unknown>): Promise<Cost> {
  const [begin, cpu, others] = [performance.now(), process.cpuUsage(), countCpuMs()];
  await work();
  const { user, system } = process.cpuUsage(cpu);
  return { ms: performance.now() - begin, cpuMs: (user + system) / 1_000 + countCpuMs() - others };
}

async function least(rounds: number, measure: () => Promise<Cost>): Promise<Cost> {
  const costs: Cost[] = [];
  for (let round = 0; round < rounds; round++) costs.push(await measure());
  return { ms: Math.min(...costs.map(({ ms }) => ms)), cpuMs: Math.min(...costs.map(({ cpuMs }) => cpuMs)) };
}

function sum(costs: readonly Cost[]): Cost {
  return costs.reduce((a, b) => ({ ms: a.ms + b.ms, cpuMs: a.cpuMs + b.cpuMs }), { ms: 0, cpuMs: 0 });
}

function print(what: string, figure: string): void {
  process.stdout.write(`${what.padEnd(48)} ${figure}\n`);
}

const timeOf = ({ ms, cpuMs }: Cost) => `${ms.toFixed(1)} ms, processor ${cpuMs.toFixed(1)} ms`;
const rateOf = ({ ms, cpuMs }: Cost, events: number) =>
  `${Math.round((events * 1_000) / ms)} events/s, ${Math.round((events * 1_000) / cpuMs)} a second of processor`;

async function measureSubmits(subject: Subject, events: number): Promise<void> {
  const costs: Cost[] = [];
  for (let first = 0; first < events; first += BATCH) {
    const batch = eventsFrom(first, BATCH);
    costs.push(await costOf(subject, () => subject.store.append(batch)));
  }
  print(`submit in batches of ${BATCH}`, rateOf(sum(costs), events));
}

/** So many callers, each of which sends its next event when the one before is stored. */
async function measureSingles(subject: Subject, events: number): Promise<void> {
  const rest = eventsFrom(events, SINGLES).values();
  const callers = Array.from({ length: CALLERS }, async () => {
    for (const event of rest) await subject.store.append([event]);
  });
  const cost = await costOf(subject, () => Promise.all(callers));
  print(`submit one by one, ${CALLERS} callers`, rateOf(cost, SINGLES));
}

async function measurePages(subject: Subject, events: number): Promise<void> {
  for (const order of ['asc', 'desc'] as const) {
    const costs: Cost[] = [];
    for (let n = 0; n < PAGES; n++) {
      const start = START + BigInt(Math.floor((events * n) / PAGES / 2)) * 1_000_000_000n;
      const filter = { event_type: [TYPES[n % TYPES.length] ?? ''], start, end: start + HOUR };
      costs.push(await costOf(subject, () => subject.store.query({ filter, order, limit: PAGE })));
    }
    const median = (figures: readonly number[]) => figures.toSorted((a, b) => a - b)[PAGES / 2] ?? Number.NaN;
    const cost = { ms: median(costs.map(({ ms }) => ms)), cpuMs: median(costs.map(({ cpuMs }) => cpuMs)) };
    print(`page of ${PAGE} by type and range, ${order}`, timeOf(cost));
  }
}

async function measureStats(subject: Subject, events: number): Promise<void> {
  const boundaries = Array.from({ length: Math.ceil(events / 3_600) }, (_, hour) => START + BigInt(hour) * HOUR);
  const questions: Readonly<Record<string, AggregateRequest>> = {
    'count of each type, first and last': {
      filter: {},
      metrics: [{ kind: 'count' }, { kind: 'first' }, { kind: 'last' }],
      groupBy: 'event_type',
    },
    'count per hour by type': {
      filter: {},
      metrics: [{ kind: 'count' }],
      boundaries,
      groupBy: 'event_type',
      top: 10,
    },
    'sum of payload.amount': { filter: {}, metrics: [{ kind: 'sum', path: ['amount'] }] },
    'different values of payload.user_id': { filter: {}, metrics: [{ kind: 'unique', path: ['user_id'] }] },
    'count where payload.user_id is 42': {
      filter: { payload: [{ path: ['user_id'], op: 'in', operands: [42] }] },
      metrics: [{ kind: 'count' }],
    },
  };
  for (const [what, request] of Object.entries(questions)) {
    print(what, timeOf(await least(ROUNDS, () => costOf(subject, () => subject.store.aggregate(request)))));
  }
}

/** The store beside the client that inserts the same rows: into both tables, as the store does, and into that of events alone. */
async function compareWithClient(subject: Subject, events: number): Promise<void> {
  const { store, client } = subject;
  if (!client) return;
  const insert = (table: string, columns: readonly [string, ...string[]], rows: readonly string[]) =>
    client.insert({
      table: `${DATABASE}.${table}`,
      columns: [...columns],
      values: Readable.from([rows.join('\n')], { objectMode: false }),
      format: 'TabSeparated',
      clickhouse_settings: { async_insert: 0, insert_deduplicate: 0 },
    });
  const insertRows = (batch: readonly Event[]) =>
    insert(
      'events',
      ['id_text', 'epoch_nanoseconds', 'event_type', 'payload'],
      batch.map(
        ({ id, event_type, timestamp, payload }) =>
          `${id}\t${epochNanosecondsOf(timestamp)}\t${event_type}\t${JSON.stringify(payload).replaceAll('\\', '\\\\')}`,
      ),
    );
  const insertIds = (batch: readonly Event[]) =>
    insert(
      'event_ids',
      ['id_text', 'epoch_nanoseconds'],
      batch.map(({ id, timestamp }) => `${id}\t${epochNanosecondsOf(timestamp)}`),
    );
  const costs = { store: [] as Cost[], both: [] as Cost[], rows: [] as Cost[] };
  let first = events;
  const next = () => {
    const batch = eventsFrom(first, BATCH);
    first += BATCH;
    return batch;
  };
  for (let round = 0; round < RAW_ROUNDS; round++) {
    const [a, b, c] = [next(), next(), next()];
    costs.store.push(await costOf(subject, () => store.append(a)));
    costs.both.push(
      await costOf(subject, async () => {
        await insertIds(b);
        await insertRows(b);
      }),
    );
    costs.rows.push(await costOf(subject, () => insertRows(c)));
  }
  const [ours, both, rows] = [sum(costs.store), sum(costs.both), sum(costs.rows)];
  const ratio = ({ ms, cpuMs }: Cost) =>
    `ratio ${(ms / ours.ms).toFixed(2)}, of processor ${(cpuMs / ours.cpuMs).toFixed(2)}`;
  print('store', rateOf(ours, RAW_ROUNDS * BATCH));
  print('client, rows and ids', `${rateOf(both, RAW_ROUNDS * BATCH)}, ${ratio(both)}`);
  print('client, rows alone', `${rateOf(rows, RAW_ROUNDS * BATCH)}, ${ratio(rows)}`);
}

const [given = 'memory', count = '1000000'] = process.argv.slice(2);
const events = Number(count);
const subject = await openSubject(given);
print(given.replace(/:\/\/.*/, '://…'), `${events} events`);
await measureSubmits(subject, events);
if (subject.countBytes) print('bytes for each event on disk', ((await subject.countBytes()) / events).toFixed(1));
await measurePages(subject, events);
await measureStats(subject, events);
await measureSingles(subject, events);
await compareWithClient(subject, events + SINGLES);
await subject.store.close();
await subject.client?.close();

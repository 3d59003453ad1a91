import { Readable } from 'node:stream';
import type { ClickHouseClient } from '@clickhouse/client';
import type { Event } from '@event-tracker/core';
import { appendBatch, epochNanosecondsOf } from '@event-tracker/core/store';
import { type Cost, costOf, sumOf } from './cost.ts';
import { formatRate, print } from './print.ts';
import { scatteredEventsFrom } from './scattered-events.ts';
import { DATABASE, type Subject } from './subject.ts';
import { BATCH } from './submits.ts';

const ROUNDS = 20;

/**
 * Compares the store with the client that inserts the same rows: into both tables, as the store does, and only into the table
 * of events.
 *
 * @param first the first event that is not stored yet
 */
export async function compareWithClient(subject: Subject, client: ClickHouseClient, first: number): Promise<void> {
  const costs = { store: [] as Cost[], both: [] as Cost[], rows: [] as Cost[] };
  for (let round = 0; round < ROUNDS; round++) {
    const batch = (n: number) => scatteredEventsFrom(first + (3 * round + n) * BATCH, BATCH);
    const [a, b, c] = [batch(0), batch(1), batch(2)];
    costs.store.push(await costOf(subject, () => appendBatch(subject.store, a)));
    costs.both.push(
      await costOf(subject, async () => {
        await insertIds(client, b);
        await insertRows(client, b);
      }),
    );
    costs.rows.push(await costOf(subject, () => insertRows(client, c)));
  }
  const [ours, both, rows] = [sumOf(costs.store), sumOf(costs.both), sumOf(costs.rows)];
  const ratio = ({ ms, cpuMs }: Cost) =>
    `ratio ${(ms / ours.ms).toFixed(2)}, of CPU time ${(cpuMs / ours.cpuMs).toFixed(2)}`;
  print('store', formatRate(ours, ROUNDS * BATCH));
  print('client, rows and ids', `${formatRate(both, ROUNDS * BATCH)}, ${ratio(both)}`);
  print('client, only rows', `${formatRate(rows, ROUNDS * BATCH)}, ${ratio(rows)}`);
}

function insertRows(client: ClickHouseClient, events: readonly Event[]): Promise<unknown> {
  const rows = events.map(({ id, event_type, timestamp, payload }) => {
    const json = JSON.stringify(payload).replaceAll('\\', '\\\\');
    return `${id}\t${epochNanosecondsOf(timestamp)}\t${event_type}\t${json}`;
  });
  return insert(client, 'events', ['id_text', 'epoch_nanoseconds', 'event_type', 'payload'], rows);
}

function insertIds(client: ClickHouseClient, events: readonly Event[]): Promise<unknown> {
  const rows = events.map(({ id, timestamp }) => `${id}\t${epochNanosecondsOf(timestamp)}`);
  return insert(client, 'event_ids', ['id_text', 'epoch_nanoseconds'], rows);
}

function insert(
  client: ClickHouseClient,
  table: string,
  columns: [string, ...string[]],
  rows: readonly string[],
): Promise<unknown> {
  return client.insert({
    table: `${DATABASE}.${table}`,
    columns,
    values: Readable.from([rows.join('\n')], { objectMode: false }),
    format: 'TabSeparated',
    clickhouse_settings: { async_insert: 0, insert_deduplicate: 0 },
  });
}

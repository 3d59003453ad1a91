import { appendBatch } from '@event-tracker/core/store';
import pg from 'pg';
import { costOf } from '../compare-stores/cost.ts';
import { openPostgres } from '../compare-stores/postgres-subject.ts';
import type { Subject } from '../compare-stores/subject.ts';
import { postgresUrl } from '../databases.ts';
import { eventsFrom } from '../events.ts';
import { interleave } from '../interleave.ts';
import type { Row, Scenario } from '../scenario.ts';

const BATCH = 1_000;
const CALLERS = 64;
/** Events that are stored before the measurement, in multiples of `few`. PostgreSQL searches a smaller index from its root. */
const STORED = 20;
/** Rounds are short and many, because other work of the machine disturbs some of them. */
const SHORT_ROUNDS = 8;

/** Events that are appended in one way, and how many. */
interface Work {
  readonly what: string;
  readonly events: (few: number) => number;
  append(subject: Subject, n: number, events: number): Promise<void>;
}

const WORK: readonly Work[] = [
  {
    what: 'appends of one event, one after the other',
    events: (few) => few / 50,
    append: async ({ store }, n, events) => {
      for (const event of eventsFrom(n, events)) await appendBatch(store, [event]);
    },
  },
  {
    what: `appends of one event, ${CALLERS} callers`,
    events: (few) => few / 4,
    append: async ({ store }, n, events) => {
      const rest = eventsFrom(n, events).values();
      const call = async (): Promise<void> => {
        for (const event of rest) await appendBatch(store, [event]);
      };
      await Promise.all(Array.from({ length: CALLERS }, call));
    },
  },
  {
    what: 'batches of 1,000',
    events: (few) => few,
    append: async ({ store }, n, events) => {
      for (let done = 0; done < events; done += BATCH) await appendBatch(store, eventsFrom(n + done, BATCH));
    },
  },
];

/**
 * What the order of arrival costs on PostgreSQL: the index by sequence, and the trigger that announces numbers. In SQLite the
 * sequence is the key of the table.
 */
export const arrivalCost: Scenario = {
  name: 'arrival-cost',
  missing: () => (process.platform === 'linux' ? undefined : 'the CPU time of the database is read from /proc'),
  measure: async ({ rounds, few }) => {
    const url = await postgresUrl();
    const withOrder = await openPostgres(url, 'bench_arrival');
    const without = await openPostgres(url, 'bench_no_arrival');
    await prepare(url);
    const rows: Row[] = [];
    const stored = STORED * few;
    for (const { store } of [withOrder, without]) {
      for (let done = 0; done < stored; done += BATCH) await appendBatch(store, eventsFrom(done, BATCH));
    }
    let made = stored;
    for (const { what, events, append } of WORK) {
      const count = events(few);
      const measure = (subject: Subject) => async (): Promise<number> => {
        const { cpuMs } = await costOf(subject, () => append(subject, made, count));
        made += count;
        return (cpuMs * 1_000) / count;
      };
      await measure(withOrder)(); // compiles
      const { ours, limit } = await interleave(SHORT_ROUNDS * rounds, measure(withOrder), measure(without));
      rows.push({
        what: `${what}, PostgreSQL, below HTTP: CPU time per event, with the database`,
        ours,
        other: { what: 'without the index and the trigger for the order of arrival', figures: limit },
        unit: 'µs',
      });
    }
    await Promise.all([withOrder.close(), without.close()]);
    return rows;
  },
};

/** Deletes the order of arrival from one schema, and turns off autovacuum, which would run for one side and not for the other. */
async function prepare(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`
    DROP TRIGGER announce_arrivals ON bench_no_arrival.events; DROP INDEX bench_no_arrival.events_by_arrival;
    ALTER TABLE bench_arrival.events SET (autovacuum_enabled = off);
    ALTER TABLE bench_no_arrival.events SET (autovacuum_enabled = off)`);
  await client.end();
}

import { clickHouseUrl, postgresUrl } from '../databases.ts';
import type { Effort } from '../effort.ts';
import { instantOf, TYPES } from '../events.ts';
import type { Row, Scenario } from '../scenario.ts';
import type { OpenSide, Side } from '../side.ts';
import { compareSides } from '../sides.ts';
import { median } from '../statistics.ts';
import { fillStore, openStore } from '../stores.ts';

const PAGE = 100;
const PAGES = 300;

export const pages: readonly Scenario[] = [
  { name: 'page-memory', measure: (effort) => measurePages(effort, 'memory', 'memory') },
  { name: 'page-sqlite', measure: (effort) => measurePages(effort, 'SQLite', 'sqlite') },
  {
    name: 'page-postgres',
    measure: async (effort) => measurePages(effort, 'PostgreSQL', await postgresUrl()),
  },
  {
    name: 'page-clickhouse',
    measure: async (effort) => measurePages(effort, 'ClickHouse', await clickHouseUrl()),
  },
];

async function measurePages(effort: Effort, store: string, kind: string): Promise<readonly Row[]> {
  const { ours, limit } = await compareSides(import.meta.url, effort, kind);
  return [
    {
      what: `page of 100 by type and range at 1,000,000 events, ${store}`,
      ours,
      other: { what: 'at 10,000', figures: limit },
      unit: 'ms',
    },
  ];
}

export const ours: OpenSide = ({ many }, kind) => openPages(kind, 'bench_many', many);
export const limit: OpenSide = ({ few }, kind) => openPages(kind, 'bench_few', few);

/** Measures pages at different positions among a number of events. Returns the median, in milliseconds. */
async function openPages(kind: string, schema: string, events: number): Promise<Side> {
  const store = await openStore(kind, schema);
  await fillStore(store, events);
  const span = PAGE * TYPES.length;
  return {
    measure: async () => {
      const times: number[] = [];
      for (let page = 0; page < PAGES; page++) {
        const first = Math.floor(((events - span) * page) / PAGES);
        const filter = {
          event_type: [TYPES[page % TYPES.length] ?? ''],
          start: instantOf(first),
          end: instantOf(events),
        };
        const begun = performance.now();
        const found = await store.query({ filter, order: 'asc', limit: PAGE });
        times.push(performance.now() - begun);
        if (found.length !== PAGE) throw new Error(`a page of ${found.length} events`);
      }
      return median(times);
    },
    close: () => store.close(),
  };
}

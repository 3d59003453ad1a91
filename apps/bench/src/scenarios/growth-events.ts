import { CPU_TIME_OPTIONS, cpuPerResponse } from '../cpu-time.ts';
import type { Effort } from '../effort.ts';
import { currentLinesFrom, linesFrom, TYPES, timestampOf } from '../events.ts';
import { repeat } from '../interleave.ts';
import { requestOf } from '../load.ts';
import type { Row, Scenario } from '../scenario.ts';
import { startTracker } from '../servers.ts';
import { SINGLE_POSTS } from '../single-posts.ts';
import { newTemporaryFolder } from '../temporary-folder.ts';
import { postLines } from '../tracker-client.ts';

const CONNECTIONS = 64;
/** The number of different lookups and pages. */
const READS = 1_000;
const PAGE = 100;
const BATCHES = 4;

/** Measures how the CPU time of a server with SQLite depends on the number of stored events. */
export const growthEvents: Scenario = {
  name: 'growth-events',
  measure: async (effort) => {
    const rows: Row[] = [];
    for (const size of [effort.few, effort.many / 10, effort.many]) rows.push(...(await measureAt(size, effort)));
    return rows;
  },
};

async function measureAt(size: number, { rounds, few }: Effort): Promise<readonly Row[]> {
  const server = await startTracker(`sqlite:${newTemporaryFolder()}/events.sqlite`, CPU_TIME_OPTIONS);
  const ids: string[] = [];
  for (let n = 0; n < size; n += few) {
    const stored = await postLines(server.port, linesFrom(n, Math.min(few, size - n)));
    ids.push(...stored.filter((_, index) => index % Math.ceil(size / READS) === 0));
  }
  const work = [
    { what: 'GET by id', requests: ids.map((id) => requestOf('GET', `/events/${id}`)) },
    { what: 'page of 100 by type and range', requests: pagesOf(size) },
    { what: 'single POST', requests: SINGLE_POSTS },
    { what: 'event of an NDJSON batch', requests: [requestOf('POST', '/events', currentLinesFrom(0, few), NDJSON)] },
  ];
  const rows: Row[] = [];
  for (const { what, requests } of work) {
    const isBatch = requests.length === 1;
    const load = { requests, connections: isBatch ? 2 : CONNECTIONS, responses: isBatch ? BATCHES : few / 5 };
    const figures = await repeat(Math.min(rounds, 3), () => cpuPerResponse(server, load));
    const ours = figures.map((figure) => figure / (isBatch ? few : 1));
    rows.push({ what: `${what}, SQLite with ${size.toLocaleString('en-US')} events: CPU time`, ours, unit: 'µs' });
  }
  await server.stop();
  return rows;
}

const NDJSON = 'application/x-ndjson';

/** Returns requests for pages at different places. The events of a type are five seconds apart. */
function pagesOf(size: number): readonly Uint8Array[] {
  const span = PAGE * TYPES.length;
  return Array.from({ length: READS }, (_, n) => {
    const start = Math.floor(((size - span) * n) / READS);
    const range = { start: timestampOf(start), end: timestampOf(start + span - 1) };
    const query = new URLSearchParams({ event_type: TYPES[0] ?? '', ...range, limit: String(PAGE) });
    return requestOf('GET', `/events?${query}`);
  });
}

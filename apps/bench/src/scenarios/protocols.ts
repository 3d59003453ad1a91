import { CPU_TIME_OPTIONS, cpuPerResponse } from '../cpu-time.ts';
import { linesFrom } from '../events.ts';
import { FOREIGN_BATCHES, type ForeignBatch } from '../foreign-batches.ts';
import { interleave } from '../interleave.ts';
import { putUnderLoad, requestOf } from '../load.ts';
import type { Row, Scenario } from '../scenario.ts';
import { startTracker } from '../servers.ts';

const BATCH = 1_000;
const CONNECTIONS = 2;
const NDJSON = 'application/x-ndjson';
const JSON_ARRAY: ForeignBatch = {
  protocol: 'JSON array',
  target: '/events',
  contentType: 'application/json',
  bodyFrom: (n, count) => `[${linesFrom(n, count).trimEnd().replaceAll('\n', ',')}]`,
};

/** Compares batches in the formats of other systems with the same events as NDJSON, by CPU time. */
export const protocols: Scenario = {
  name: 'protocols',
  measure: async ({ rounds, few }) => {
    const batches = (4 * few) / BATCH;
    const rows: Row[] = [];
    for (const { protocol, target, contentType, bodyFrom } of [JSON_ARRAY, ...FOREIGN_BATCHES]) {
      const bodies = Array.from({ length: 2 * batches }, (_, n) => bodyFrom(n * BATCH, BATCH));
      const foreign = bodies.map((body) => requestOf('POST', target, body, contentType));
      const lines = await asLines(foreign);
      const own = lines.map((body) => requestOf('POST', '/events', body, NDJSON));
      const { ours, limit } = await interleave(
        rounds,
        () => cpuPerEvent(foreign),
        () => cpuPerEvent(own),
      );
      rows.push({
        what: `${protocol}, batches of 1,000, memory: CPU time per event`,
        ours,
        other: { what: 'the same events as NDJSON', figures: limit },
        unit: 'µs',
      });
    }
    return rows;
  },
};

/** Measures the second half of the requests, after the first half has compiled the code. All of them are different events. */
async function cpuPerEvent(requests: readonly Uint8Array[]): Promise<number> {
  const server = await startTracker('memory:', { ...CPU_TIME_OPTIONS, env: INGEST_ALL });
  try {
    const responses = requests.length / 2;
    const load = {
      warmUp: requests.slice(0, responses),
      requests: requests.slice(responses),
      connections: CONNECTIONS,
    };
    return (await cpuPerResponse(server, { ...load, responses })) / BATCH;
  } finally {
    await server.stop();
  }
}

const INGEST_ALL = { INGEST: 'cloudevents,otlp,segment,posthog,snowplow' };

/** Returns the events that a server stores for requests, as the NDJSON of batches without ids. */
async function asLines(requests: readonly Uint8Array[]): Promise<readonly string[]> {
  const server = await startTracker('memory:', { env: INGEST_ALL });
  try {
    await putUnderLoad({
      port: server.port,
      requests,
      responses: requests.length,
      connections: 1,
      warmUpMs: 0,
      loadMs: 0,
    });
    const response = await fetch(`http://127.0.0.1:${server.port}/events?order=asc`, { headers: { Accept: NDJSON } });
    const lines = (await response.text())
      .trimEnd()
      .split('\n')
      .map((line) => line.replace(ID, ''));
    return requests.map((_, n) => lines.slice(n * BATCH, (n + 1) * BATCH).join('\n'));
  } finally {
    await server.stop();
  }
}

const ID = /"id":"[^"]*",/;

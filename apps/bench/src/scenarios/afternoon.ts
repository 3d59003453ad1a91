import { CPU_TIME_OPTIONS, cpuPerResponse } from '../cpu-time.ts';
import type { Effort } from '../effort.ts';
import { currentLinesFrom, linesFrom, TYPES, timestampOf } from '../events.ts';
import { interleave } from '../interleave.ts';
import { requestOf } from '../load.ts';
import type { Row, Scenario } from '../scenario.ts';
import { type StartedServer, startLimit, startTracker } from '../servers.ts';
import { SINGLE_POSTS } from '../single-posts.ts';
import { newTemporaryFolder } from '../temporary-folder.ts';

const NDJSON = 'application/x-ndjson';
const BATCHES = 10;
const PAGE = 100;
const CONNECTIONS = 64;

/** A server, and the path to which it accepts batches. */
interface Subject {
  readonly start: () => Promise<StartedServer>;
  readonly batches: string;
}

const OURS: Subject = {
  start: () => startTracker(`sqlite:${newTemporaryFolder()}/events.sqlite`, CPU_TIME_OPTIONS),
  batches: '/events',
};
const THEIRS: Subject = {
  start: () =>
    startLimit('afternoon-server.ts', {
      ...CPU_TIME_OPTIONS,
      env: { DATABASE: `${newTemporaryFolder()}/events.sqlite` },
    }),
  batches: '/batches',
};

/** Work of a server whose CPU time is measured. */
interface Work {
  readonly what: string;
  /** True if a request submits a batch of `few` events. */
  readonly isBatch: boolean;
  readonly connections: number;
  /** Prepares the server, and returns the requests. */
  requests(server: StartedServer, subject: Subject, effort: Effort): Promise<readonly Uint8Array[]>;
}

const WORK: readonly Work[] = [
  { what: 'single POST', isBatch: false, connections: CONNECTIONS, requests: async () => SINGLE_POSTS },
  {
    what: 'NDJSON in batches of 10,000',
    isBatch: true,
    connections: 2,
    requests: async (_, { batches }, { few }) =>
      [0, 1, 2].map((n) => requestOf('POST', batches, currentLinesFrom(n * few, few), NDJSON)),
  },
  {
    what: 'GET by id',
    isBatch: false,
    connections: CONNECTIONS,
    requests: async (server, subject, { few }) =>
      (await fill(server, subject, few)).map((id) => requestOf('GET', `/events/${id}`)),
  },
  {
    what: 'page of 100 by type and range',
    isBatch: false,
    connections: CONNECTIONS,
    requests: async (server, subject, { few }) => {
      await fill(server, subject, few);
      return Array.from({ length: PAGE }, (_, n) =>
        requestOf('GET', pageTarget(Math.floor((few / 2 / PAGE) * n), few)),
      );
    },
  },
];

/** Compares the server over SQLite with the one that a developer writes in an afternoon, by CPU time. */
export const afternoon: Scenario = {
  name: 'afternoon',
  measure: async (effort) => {
    const rows: Row[] = [];
    for (const work of WORK) {
      const measure = (subject: Subject) => () => cpuPerEvent(work, subject, effort);
      const { ours, limit } = await interleave(effort.rounds, measure(OURS), measure(THEIRS));
      rows.push({
        what: `${work.what}, SQLite, ${work.connections} connections: CPU time`,
        ours,
        other: { what: 'Fastify and node:sqlite', figures: limit },
        unit: 'µs',
      });
    }
    return rows;
  },
};

async function cpuPerEvent(work: Work, subject: Subject, effort: Effort): Promise<number> {
  const server = await subject.start();
  try {
    const requests = await work.requests(server, subject, effort);
    const { connections, isBatch } = work;
    const responses = isBatch ? BATCHES : effort.few;
    return (await cpuPerResponse(server, { requests, connections, responses })) / (isBatch ? effort.few : 1);
  } finally {
    await server.stop();
  }
}

/** Submits a number of events, and returns their ids. */
async function fill({ port }: StartedServer, { batches }: Subject, events: number): Promise<readonly string[]> {
  const response = await fetch(`http://127.0.0.1:${port}${batches}`, {
    method: 'POST',
    headers: { 'Content-Type': NDJSON },
    body: linesFrom(0, events),
  });
  if (!response.ok) throw new Error(`a batch failed with ${response.status}`);
  return ((await response.json()) as { readonly ids: readonly string[] }).ids;
}

function pageTarget(start: number, end: number): string {
  const range = new URLSearchParams({
    event_type: TYPES[0] ?? '',
    start: timestampOf(start),
    end: timestampOf(end),
    limit: String(PAGE),
  });
  return `/events?${range}`;
}

import { get } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** A load on a server. */
export interface HeavyLoad {
  readonly name: string;
  /** Runs the load, and returns what came of its requests. */
  run(url: string): Promise<string>;
}

const NDJSON = { 'Content-Type': 'application/x-ndjson' };
const BATCH = 10_000;
/** Every fifth event has a type that no other has. */
const TYPE_EVERY = 5;
const LARGE_BATCH_BYTES = 8_000_000;
/** Duration of the loads that do not end by themselves. */
const OPEN_END_MS = 10_000;

/** Stores events in batches. */
export async function fillStore(url: string, events: number): Promise<void> {
  for (let start = 0; start < events; start += BATCH) {
    const lines = Array.from({ length: Math.min(BATCH, events - start) }, (_, index) => {
      const n = start + index;
      const event_type = n % TYPE_EVERY === 0 ? `type-${n}` : 'view';
      const timestamp = new Date(Date.UTC(2025, 0, 1) + n * 1_000).toISOString();
      return JSON.stringify({ event_type, timestamp, payload: { user: n % 70_001, page: `/page/${n % 5_000}` } });
    });
    const response = await fetch(`${url}/events`, { method: 'POST', headers: NDJSON, body: lines.join('\n') });
    await response.text();
    if (!response.ok) throw new Error(`a batch failed with ${response.status}`);
  }
}

export const HEAVY_LOADS: readonly HeavyLoad[] = [
  {
    name: 'none',
    run: async () => {
      await sleep(OPEN_END_MS);
      return '';
    },
  },
  {
    name: '50 × `/stats` that read every payload, whose clients left after 0.3 s',
    run: async (url) => {
      const requests = Array.from({ length: 50 }, () =>
        get(`${url}/stats?metric=unique:payload.user&group_by=payload.page`, { agent: false }).on('error', () => {}),
      );
      await sleep(300);
      for (const request of requests) request.destroy();
      await sleep(OPEN_END_MS);
      return '';
    },
  },
  {
    name: '10 × `/event-types`',
    run: async (url) => countStatuses(await all(10, () => fetch(`${url}/event-types`))),
  },
  {
    name: '30 batches of 8 MB',
    run: async (url) => {
      const text = 'x'.repeat(LARGE_BATCH_BYTES / BATCH - 100);
      const event = JSON.stringify({ event_type: 'large', timestamp: '2025-01-01T00:00:00Z', payload: { text } });
      const body = Array(BATCH).fill(event).join('\n');
      return countStatuses(await all(30, () => fetch(`${url}/events`, { method: 'POST', headers: NDJSON, body })));
    },
  },
  {
    name: '200 exports whose clients do not read',
    run: async (url) => {
      const { port, host } = new URL(url);
      const statuses: number[] = [];
      const sockets = Array.from({ length: 200 }, () => {
        const socket = connect(Number(port), '127.0.0.1');
        socket.write(`GET /events HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
        socket.once('data', (begin) => {
          statuses.push(Number(begin.toString('latin1', 'HTTP/1.1 '.length, 'HTTP/1.1 200'.length)));
          socket.pause();
        });
        return socket.on('error', () => {});
      });
      await sleep(OPEN_END_MS);
      for (const socket of sockets) socket.destroy();
      return countStatuses(statuses);
    },
  },
];

/** What came of a request. It is broken if the server closed the connection before the client had sent its body. */
type Outcome = number | 'broken';

/** Sends a number of requests concurrently, and reads their responses. */
function all(count: number, send: () => Promise<Response>): Promise<readonly Outcome[]> {
  return Promise.all(
    Array.from({ length: count }, async () => {
      try {
        const response = await send();
        for await (const _ of response.body ?? []);
        return response.status;
      } catch {
        return 'broken';
      }
    }),
  );
}

/** Describes the outcomes of requests, for example `8 × 200, 2 × 503`. */
function countStatuses(statuses: readonly Outcome[]): string {
  const counts = Map.groupBy(statuses, (status) => status);
  return [...counts].map(([status, { length }]) => `${length} × ${status}`).join(', ');
}

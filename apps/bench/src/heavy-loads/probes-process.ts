/*
 * Repeats a submit and GET /livez, each on one connection. Sends `begun` after a warm-up. At any message, ends and sends the
 * responses since then: `ProbeResults`.
 */
import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ProbeResult, ProbeResults } from './probes.ts';

const POLL_MS = 10;
/** The number of requests that are not measured, until the code is compiled. */
const WARM_UP = 100;
const EVENT = '{"event_type":"probe","timestamp":"2025-01-01T00:00:00Z","payload":{"n":1}}';

const port = Number(process.argv[2]);

/** Returns a function that sends a request. The function returns the time to the response; undefined if it is not 2xx. */
function createProbe(method: string, path: string, body?: string): () => Promise<number | undefined> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const headers = body === undefined ? {} : { 'Content-Type': 'application/json' };
  return async () => {
    const begun = performance.now();
    const sent = request({ port, host: '127.0.0.1', method, path, agent, headers });
    sent.end(body);
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    response.resume();
    await once(response, 'end');
    const isRefused = response.statusCode === undefined || response.statusCode >= 300;
    return isRefused ? undefined : performance.now() - begun;
  };
}

let isOver = false;
async function repeat(probe: () => Promise<number | undefined>): Promise<ProbeResult> {
  const times: number[] = [];
  let refused = 0;
  while (!isOver) {
    const ms = await probe();
    if (ms === undefined) refused++;
    else times.push(ms);
    await sleep(POLL_MS);
  }
  return { times, refused };
}

const [post, livez] = [createProbe('POST', '/events', EVENT), createProbe('GET', '/livez')];
for (let i = 0; i < WARM_UP; i++) await Promise.all([post(), livez()]);
process.once('message', () => {
  isOver = true;
});
process.send?.('begun');
const [posts, livezs] = await Promise.all([repeat(post), repeat(livez)]);
process.send?.({ post: posts, livez: livezs } satisfies ProbeResults, () => process.exit());

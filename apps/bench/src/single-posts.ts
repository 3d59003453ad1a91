import type { Effort } from './effort.ts';
import { currentLinesFrom } from './events.ts';
import { putUnderLoad, requestOf } from './load.ts';
import type { StartedServer } from './servers.ts';

/** Requests with one event each, too many to stay in a CPU cache. */
export const SINGLE_POSTS: readonly Uint8Array[] = currentLinesFrom(0, 1_000)
  .trimEnd()
  .split('\n')
  .map((event) => requestOf('POST', '/events', event));

/** Measures the single events per second that a server stores from 64 connections. Starts a new server, because stored events slow it down. */
export async function postsPerSecond(start: () => Promise<StartedServer>, effort: Effort): Promise<number> {
  const server = await start();
  try {
    const { warmUpMs, loadMs } = effort;
    const load = { port: server.port, requests: SINGLE_POSTS, connections: 64, warmUpMs, loadMs };
    return (await putUnderLoad(load)).responsesPerSecond;
  } finally {
    await server.stop();
  }
}

import type { Effort } from './effort.ts';
import { currentLinesFrom } from './events.ts';
import { putUnderLoad, requestOf } from './load.ts';
import type { StartedServer } from './servers.ts';

/** Requests of one event each, enough of them to be no longer in any cache. */
export const SINGLE_POSTS: readonly Uint8Array[] = currentLinesFrom(0, 1_000)
  .trimEnd()
  .split('\n')
  .map((event) => requestOf('POST', '/events', event));

/** How many single events a server takes from 64 connections each second; a new server, for what it has stored slows it down. */
export async function postsPerSecond(start: () => Promise<StartedServer>, effort: Effort): Promise<number> {
  const server = await start();
  try {
    const { warmUpMs, loadMs } = effort;
    const load = { port: server.port, requests: SINGLE_POSTS, connections: 64, warmUpMs, loadMs };
    return (await putUnderLoad(load)).answersPerSecond;
  } finally {
    await server.stop();
  }
}

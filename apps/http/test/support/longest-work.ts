import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** Options of Node with which a server measures its longest work without a yield to the event loop. */
export const MEASURE_LOOP = ['--import', new URL('./measure-loop.ts', import.meta.url).href];

/**
 * Returns the longest work during a request, in milliseconds of CPU time: the least of several measurements, because other
 * load only increases it. The first one that is less than `maxMs` is the last.
 */
export async function leastWorkDuring(
  server: ChildProcess,
  maxMs: number,
  request: () => Promise<unknown>,
  rounds = 3,
): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds && least >= maxMs; round++)
    least = Math.min(least, await longestWorkDuring(server, request));
  return least;
}

/** Returns the longest work during a request, in milliseconds of CPU time. */
export async function longestWorkDuring(server: ChildProcess, request: () => Promise<unknown>): Promise<number> {
  await send(server, 'begin');
  await request();
  return send(server, 'end');
}

async function send(server: ChildProcess, message: 'begin' | 'end'): Promise<number> {
  const response = once(server, 'message');
  server.send(message);
  const [longest] = await response;
  return longest as number;
}

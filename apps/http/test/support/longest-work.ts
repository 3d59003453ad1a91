import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** Options of Node with which a server measures its longest work without a yield to the event loop. */
export const MEASURE_LOOP = ['--import', new URL('./measure-loop.ts', import.meta.url).href];

/**
 * Returns the longest work during a request, in milliseconds of CPU time: the least of three measurements, because other
 * load only increases it.
 */
export async function longestWorkDuring(server: ChildProcess, request: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < 3; round++) {
    await longestWork(server);
    await request();
    times.push(await longestWork(server));
  }
  return Math.min(...times);
}

/** Returns the longest work since the previous call, in milliseconds. */
export async function longestWork(server: ChildProcess): Promise<number> {
  const response = once(server, 'message');
  server.send('longest');
  const [longest] = await response;
  return longest as number;
}

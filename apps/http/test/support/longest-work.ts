import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** Options of Node with which a server measures how long it works without letting others in. */
export const MEASURE_LOOP = ['--import', new URL('./measure-loop.ts', import.meta.url).href];

/**
 * The longest such time during a request, in milliseconds of CPU time: the least of three times, because whatever disturbs a
 * measurement only adds to it.
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

/** The longest such time in milliseconds, since it was last asked for. */
export async function longestWork(server: ChildProcess): Promise<number> {
  const response = once(server, 'message');
  server.send('longest');
  const [longest] = await response;
  return longest as number;
}

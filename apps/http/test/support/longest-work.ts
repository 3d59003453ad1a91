import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** Options of Node with which a server measures how long it works without letting others in. */
export const MEASURE_LOOP = ['--import', new URL('./measure-loop.ts', import.meta.url).href];

/** The longest such time in milliseconds, since it was last asked for. */
export async function longestWork(server: ChildProcess): Promise<number> {
  const answer = once(server, 'message');
  server.send('longest');
  const [longest] = await answer;
  return longest as number;
}

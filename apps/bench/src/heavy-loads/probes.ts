import { fileURLToPath } from 'node:url';
import { nextMessageOf, startProcess } from '../processes.ts';

/** Times to a response, in milliseconds. */
export interface ProbeTimes {
  readonly post: readonly number[];
  readonly livez: readonly number[];
}

const NAME = 'the probes';
const PROCESS = fileURLToPath(new URL('./probes-process.ts', import.meta.url));

/** Starts two clients in a separate process, which repeat a small submit and GET /livez. */
export async function startProbes(port: number): Promise<{ end(): Promise<ProbeTimes> }> {
  const child = startProcess([PROCESS, String(port)], { core: 'any' });
  await nextMessageOf(child, NAME);
  return {
    end: () => {
      const times = nextMessageOf<ProbeTimes>(child, NAME);
      child.send('end');
      return times;
    },
  };
}

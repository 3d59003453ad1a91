import { fileURLToPath } from 'node:url';
import { nextMessageOf, startProcess } from '../processes.ts';

/** The responses to a repeated request. */
export interface ProbeResult {
  /** Times to the responses with a status of 2xx, in milliseconds. */
  readonly times: readonly number[];
  /** Number of the other responses. */
  readonly refused: number;
}

export interface ProbeResults {
  readonly post: ProbeResult;
  readonly livez: ProbeResult;
}

const NAME = 'the probes';
const PROCESS = fileURLToPath(new URL('./probes-process.ts', import.meta.url));

/** Starts two clients in a separate process, which repeat a small submit and GET /livez. */
export async function startProbes(port: number): Promise<{ end(): Promise<ProbeResults> }> {
  const child = startProcess([PROCESS, String(port)], { core: 'any' });
  await nextMessageOf(child, NAME);
  return {
    end: () => {
      const results = nextMessageOf<ProbeResults>(child, NAME);
      child.send('end');
      return results;
    },
  };
}

import { fileURLToPath } from 'node:url';
import { nextMessageOf, startProcess } from './processes.ts';

/** A client that repeats a small request. */
export interface Probe {
  /** Ends the client. Returns the longest time to a response, in milliseconds. */
  end(): Promise<number>;
}

const NAME = 'the probe';
const PROBE_PROCESS = fileURLToPath(new URL('./probe-process.ts', import.meta.url));

/** Starts a probe in a separate process, so that the work of this process does not delay it. */
export async function startProbe(port: number): Promise<Probe> {
  const child = startProcess([PROBE_PROCESS, String(port)], { core: 'client' });
  await nextMessageOf(child, NAME);
  return {
    end: () => {
      const longestMs = nextMessageOf<number>(child, NAME);
      child.send('end');
      return longestMs;
    },
  };
}

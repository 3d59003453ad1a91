import { fileURLToPath } from 'node:url';
import { answerOf, startProcess } from './processes.ts';

/** Somebody who asks a server the same again and again. */
export interface Waiting {
  /** Ends it, and answers how long the longest answer took to come, in milliseconds. */
  end(): Promise<number>;
}

const WHO = 'the client that waits';
const WAITING_PROCESS = fileURLToPath(new URL('./waiting-process.ts', import.meta.url));

/** Begins to ask, from a process of its own: this one has other things to do, and nobody should wait for those. */
export async function beginWaiting(port: number): Promise<Waiting> {
  const child = startProcess([WAITING_PROCESS, String(port)], { core: 'client' });
  await answerOf(child, WHO);
  return {
    end: () => {
      const longestMs = answerOf<number>(child, WHO);
      child.send('end');
      return longestMs;
    },
  };
}

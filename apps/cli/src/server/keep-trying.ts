import { setTimeout as sleep } from 'node:timers/promises';
import { isServerUnavailable } from '../command-line/describe-failure.ts';

const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 15_000;

/**
 * Repeats work while a server is not available, and reports the start and the end of the outage.
 *
 * @param name of the server, for the reports
 * @param forMs greatest duration of the outage. Default: any duration
 * @throws an error that a retry does not help, or the last error of a longer outage
 */
export async function keepTrying<T>(
  name: string,
  work: () => Promise<T>,
  forMs = Number.POSITIVE_INFINITY,
): Promise<T> {
  const begin = performance.now();
  for (let failures = 0; ; failures++) {
    try {
      const result = await work();
      if (failures > 0) report(`the ${name} is available again`);
      return result;
    } catch (error) {
      if (!isServerUnavailable(error) || performance.now() - begin > forMs) throw error;
      if (failures === 0) report(`the ${name} is not available, retrying: ${(error as Error).message}`);
      // A random part keeps several processes from returning together.
      await sleep(Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** failures) * (0.5 + Math.random() / 2));
    }
  }
}

function report(text: string): void {
  process.stderr.write(`event-tracker: ${text}\n`);
}

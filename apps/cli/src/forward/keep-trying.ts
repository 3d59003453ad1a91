import { setTimeout as sleep } from 'node:timers/promises';
import { isServerUnavailable } from '../command-line/describe-failure.ts';

const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 15_000;

/**
 * Repeats work while a server is not available, for any duration of the outage, and reports its start and its end.
 *
 * @param name of the server, for the reports
 * @throws an error that a retry does not help
 */
export async function keepTrying<T>(name: string, work: () => Promise<T>): Promise<T> {
  for (let failures = 0; ; failures++) {
    try {
      const result = await work();
      if (failures > 0) report(`the ${name} is available again`);
      return result;
    } catch (error) {
      if (!isServerUnavailable(error)) throw error;
      if (failures === 0) report(`the ${name} is not available, retrying: ${(error as Error).message}`);
      // A random part keeps several processes from returning together.
      await sleep(Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** failures) * (0.5 + Math.random() / 2));
    }
  }
}

function report(text: string): void {
  process.stderr.write(`event-tracker: ${text}\n`);
}

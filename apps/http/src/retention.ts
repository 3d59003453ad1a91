import { setTimeout as sleep } from 'node:timers/promises';
import type { EventTracker } from '@event-tracker/core';

export interface RetentionDependencies {
  readonly tracker: Pick<EventTracker, 'deleteExpired'>;
  readonly log: (line: string) => void;
  readonly signal: AbortSignal;
}

const EVERY_MS = 60_000;

/** Removes expired events from now on, again and again, until the signal is given; where it fails, the next time. */
export async function removeExpiredEvents({ tracker, log, signal }: RetentionDependencies): Promise<void> {
  while (!signal.aborted) {
    try {
      const deleted = await tracker.deleteExpired();
      if (deleted > 0) log(`retention: ${deleted} expired events removed`);
    } catch (error) {
      // Once the server stops, the store refuses the next step.
      if (!signal.aborted) log(`retention: to be tried again in ${EVERY_MS / 1_000} s: ${error}`);
    }
    await sleep(EVERY_MS, undefined, { signal, ref: false }).catch(() => {});
  }
}

import { setTimeout as sleep } from 'node:timers/promises';
import type { LocalEventTracker } from '@event-tracker/core';
import { describeError, type Log } from '../telemetry/log.ts';

export interface RetentionDependencies {
  readonly tracker: Pick<LocalEventTracker, 'deleteExpired'>;
  readonly log: Log;
  readonly signal: AbortSignal;
}

const EVERY_MS = 60_000;

/** Deletes expired events periodically until the signal is aborted; a failure is retried at the next interval. */
export async function deleteExpiredEvents({ tracker, log, signal }: RetentionDependencies): Promise<void> {
  while (!signal.aborted) {
    try {
      const deleted = await tracker.deleteExpired();
      if (deleted > 0) log.info({ deleted }, `retention: ${deleted} expired events deleted`);
    } catch (error) {
      // Once the server stops, the store refuses the next step.
      if (!signal.aborted)
        log.warn({ error: describeError(error) }, `retention: next attempt in ${EVERY_MS / 1_000} s`);
    }
    await sleep(EVERY_MS, undefined, { signal, ref: false }).catch(() => {});
  }
}

import { setTimeout as sleep } from 'node:timers/promises';
import type { LocalEventTracker, RetentionRule } from '@event-tracker/core';
import { describeError, type Log } from '../telemetry/log.ts';
import { findClockLead, RETENTION_DELAY_MS } from './retention-delay.ts';

export interface RetentionDependencies {
  readonly tracker: Pick<LocalEventTracker, 'deleteExpired' | 'queryPage'>;
  readonly retention: readonly RetentionRule[];
  readonly log: Log;
  readonly signal: AbortSignal;
}

const EVERY_MS = 60_000;

/**
 * Deletes expired events periodically until the signal is aborted; a failure is retried at the next interval. Waits for an
 * hour after the start while the clock is far ahead of the newest event.
 */
export async function deleteExpiredEvents(dependencies: RetentionDependencies): Promise<void> {
  const { tracker, log, signal } = dependencies;
  const startedAt = performance.now();
  let isDelayed = true;
  let warned = false;

  /** Returns true if the clock is possibly wrong and the hour is not over. Logs the first time. */
  async function mustWait(): Promise<boolean> {
    if (performance.now() - startedAt >= RETENTION_DELAY_MS) return false;
    const days = await findClockLead(tracker, dependencies.retention, Date.now());
    if (days === undefined) return false;
    if (!warned)
      log.warn(
        `retention: the clock is ${days} days ahead of the newest event; nothing is deleted for ${RETENTION_DELAY_MS / EVERY_MS} minutes, so that a wrong clock can be corrected`,
      );
    warned = true;
    return true;
  }

  while (!signal.aborted) {
    try {
      isDelayed &&= await mustWait();
      const deleted = isDelayed ? 0 : await tracker.deleteExpired();
      if (deleted > 0) log.info({ deleted }, `retention: ${deleted} expired events deleted`);
    } catch (error) {
      // When the server stops, the store rejects the next step.
      if (!signal.aborted)
        log.warn({ error: describeError(error) }, `retention: next attempt in ${EVERY_MS / 1_000} s`);
    }
    await sleep(EVERY_MS, undefined, { signal, ref: false }).catch(() => {});
  }
}

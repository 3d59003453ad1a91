import type { LocalEventTracker, RetentionRule } from '@event-tracker/core';

const MS_PER_HOUR = 3_600_000;
const MS_PER_DAY = 24 * MS_PER_HOUR;

/** Time for an operator to correct a wrong clock before events are deleted. */
export const RETENTION_DELAY_MS = MS_PER_HOUR;

/**
 * Returns how far the clock is ahead of the newest event, in whole days, if a rule would delete all events that it applies
 * to; otherwise undefined. Then the clock is possibly wrong, for example after a machine lost its time.
 *
 * @param nowMs milliseconds since 1970
 */
export async function findClockLead(
  tracker: Pick<LocalEventTracker, 'queryPage'>,
  retention: readonly RetentionRule[],
  nowMs: number,
): Promise<number | undefined> {
  // An event can have a timestamp in the future, so only events up to now show how late it is.
  const { events } = await tracker.queryPage({ end: new Date(nowMs).toISOString(), order: 'desc', limit: 1 });
  const newest = events[0];
  if (!newest) return undefined;
  const days = (nowMs - Date.parse(newest.timestamp)) / MS_PER_DAY;
  const shortest = Math.min(...retention.map((rule) => rule.days));
  return days > Math.max(1, shortest) ? Math.floor(days) : undefined;
}

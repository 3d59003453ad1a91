import type { Event } from '../event/event.ts';
import type { NewEventProblem } from '../event/parse-event.ts';
import { epochNanosecondsOf } from '../event/timestamp.ts';
import { findRule, getRetentionStart, type RetentionRule } from '../retention/retention-rule.ts';
import { OUTSIDE_RETENTION } from './event-problems.ts';

/** Returns the problem of an event that is older than its retention rule keeps, if it is. */
export function findExpiry(
  { event_type, timestamp }: Event,
  retention: readonly RetentionRule[],
  now: number,
): NewEventProblem | undefined {
  const rule = findRule(event_type, retention);
  if (!rule || epochNanosecondsOf(timestamp) >= getRetentionStart(rule, now)) return undefined;
  const days = rule.days === 1 ? '1 day' : `${rule.days} days`;
  return { pointer: '/timestamp', code: OUTSIDE_RETENTION, detail: `events of this type are kept for ${days}` };
}

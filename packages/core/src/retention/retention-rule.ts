import type { EpochNanoseconds } from '../event/timestamp.ts';
import { type EventFilter, matchesType } from '../query/event-filter.ts';

/** How long events of some types are kept after they happened. A rule without types applies to all types. */
export interface RetentionRule extends Pick<EventFilter, 'event_type' | 'event_type_prefix'> {
  /** Days of 24 hours. Can be a fraction. */
  readonly days: number;
}

const MS_PER_DAY = 86_400_000;
const NANOSECONDS_PER_MS = 1_000_000n;

/** Returns the first rule that applies to a type, or undefined: events of that type are kept permanently. */
export function findRule(eventType: string, rules: readonly RetentionRule[]): RetentionRule | undefined {
  return rules.find((rule) => matchesType(eventType, rule));
}

/**
 * Returns the earliest instant of the events that a rule keeps.
 *
 * @param nowMs milliseconds since 1970
 */
export function getRetentionStart({ days }: RetentionRule, nowMs: number): EpochNanoseconds {
  return BigInt(Math.floor(nowMs - days * MS_PER_DAY)) * NANOSECONDS_PER_MS;
}

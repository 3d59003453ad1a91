import type { EpochNanoseconds } from '../event/timestamp.ts';
import { type EventFilter, matchesType } from '../query/event-filter.ts';

/** How long events of some types are kept after they happened; without types, events of every type. */
export interface RetentionRule extends Pick<EventFilter, 'event_type' | 'event_type_prefix'> {
  /** Days of 24 hours; may be a fraction. */
  readonly days: number;
}

const MS_PER_DAY = 86_400_000;
const NANOSECONDS_PER_MS = 1_000_000n;

/** The rule that a type falls under: the first that fits. Events of a type without one are kept for ever. */
export function ruleFor(eventType: string, rules: readonly RetentionRule[]): RetentionRule | undefined {
  return rules.find((rule) => matchesType(eventType, rule));
}

/**
 * The earliest instant whose events a rule still keeps.
 *
 * @param nowMs milliseconds since 1970
 */
export function keptSince({ days }: RetentionRule, nowMs: number): EpochNanoseconds {
  return BigInt(Math.floor(nowMs - days * MS_PER_DAY)) * NANOSECONDS_PER_MS;
}

import type { EpochNanoseconds } from '@event-tracker/core/store';
import type { InstantRange } from './instant-range.ts';

/** An hour of UTC: the number of hours since 1970, negative before. */
export type Hour = bigint;

const NANOSECONDS_PER_HOUR = 3_600_000_000_000n;

/** Returns the hour that contains an instant. */
export function hourOf(instant: EpochNanoseconds): Hour {
  const hour = instant / NANOSECONDS_PER_HOUR;
  return instant % NANOSECONDS_PER_HOUR < 0n ? hour - 1n : hour;
}

/** The hour of an event, as SQL. */
export const HOUR_SQL = `(epoch_nanoseconds / ${NANOSECONDS_PER_HOUR} - (epoch_nanoseconds % ${NANOSECONDS_PER_HOUR} < 0))`;

/** Hours from `from` up to, but not including, `behind`. */
export interface HourRange {
  readonly from: Hour;
  readonly behind: Hour;
}

/** The whole hours of a range, and what is before and after them. */
export interface DividedRange {
  /** Undefined if the range contains no whole hour. */
  readonly hours: HourRange | undefined;
  /** None is empty. */
  readonly edges: readonly InstantRange[];
}

export function divideRange(range: InstantRange): DividedRange {
  const [from, behind] = [hourOf(range.from - 1n) + 1n, hourOf(range.behind)];
  if (from >= behind) return { hours: undefined, edges: [range].filter(isNotEmpty) };
  const before = { from: range.from, behind: from * NANOSECONDS_PER_HOUR };
  const after = { from: behind * NANOSECONDS_PER_HOUR, behind: range.behind };
  return { hours: { from, behind }, edges: [before, after].filter(isNotEmpty) };
}

function isNotEmpty({ from, behind }: InstantRange): boolean {
  return from < behind;
}

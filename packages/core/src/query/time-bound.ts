import {
  type EpochNanoseconds,
  epochNanosecondsOf,
  MAX_EPOCH_NANOSECONDS,
  MIN_EPOCH_NANOSECONDS,
  parseTimestamp,
} from '../event/timestamp.ts';
import { DAY_MS, type TimeZone } from './time-zone.ts';

/** A `start` or `end` of a query: an instant, or a day, whose start and end depend on a time zone. */
export type TimeBound =
  | { readonly text: string; readonly instant: EpochNanoseconds }
  /** Days since 1970-01-01. */
  | { readonly text: string; readonly day: number };

const DATE = /^\d{4}-\d\d-\d\d$/;
const MIDNIGHT = 'T00:00:00Z';
const NANOSECONDS_PER_MS = 1_000_000n;

/** Parses RFC 3339 with a zone, or a date (`2025-01-01`). */
export function parseTimeBound(text: string): TimeBound | { readonly problem: string } {
  const isDate = DATE.test(text);
  const parsed = parseTimestamp(isDate ? text + MIDNIGHT : text);
  if ('problem' in parsed) return parsed;
  if (isDate) return { text, day: Date.parse(parsed.timestamp) / DAY_MS };
  return { text, instant: epochNanosecondsOf(parsed.timestamp) };
}

/** Returns the first instant of a bound. */
export function startOf(bound: TimeBound, timeZone: TimeZone): EpochNanoseconds {
  if ('instant' in bound) return bound.instant;
  return toPossible(startOfDay(bound.day, timeZone));
}

/** Returns the last instant of a bound. */
export function endOf(bound: TimeBound, timeZone: TimeZone): EpochNanoseconds {
  if ('instant' in bound) return bound.instant;
  return toPossible(startOfDay(bound.day + 1, timeZone) - 1n);
}

/** True if `start` is after `end`. A day is never after itself, even if the time zone skipped it. */
export function isAfter(start: TimeBound, end: TimeBound, timeZone: TimeZone): boolean {
  if ('day' in start && 'day' in end) return start.day > end.day;
  return startOf(start, timeZone) > endOf(end, timeZone);
}

function startOfDay(day: number, timeZone: TimeZone): EpochNanoseconds {
  return BigInt(timeZone.instantOf(day * DAY_MS)) * NANOSECONDS_PER_MS;
}

/** Limits an instant to the range of events and stores, which the first and the last day exceed. */
function toPossible(instant: EpochNanoseconds): EpochNanoseconds {
  if (instant < MIN_EPOCH_NANOSECONDS) return MIN_EPOCH_NANOSECONDS;
  return instant > MAX_EPOCH_NANOSECONDS ? MAX_EPOCH_NANOSECONDS : instant;
}

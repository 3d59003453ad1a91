import { DAY_MS, type TimeZone } from '../query/time-zone.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const FIXED_MS = {
  '1s': 1_000,
  '10s': 10_000,
  '1m': MINUTE_MS,
  '5m': 5 * MINUTE_MS,
  '15m': 15 * MINUTE_MS,
  '30m': 30 * MINUTE_MS,
  '1h': HOUR_MS,
};
const YEAR_MS = 365.2425 * DAY_MS;
/** The length of a bucket; of months and years on average. */
export const AVERAGE_LENGTH_MS = {
  ...FIXED_MS,
  '6h': 6 * HOUR_MS,
  '1d': DAY_MS,
  '1w': 7 * DAY_MS,
  '1M': YEAR_MS / 12,
  '3M': YEAR_MS / 4,
  '1y': YEAR_MS,
};

/** Length of a time bucket: seconds, minutes, hours, a day, a week that begins on Monday, months, a year. */
export type Interval = keyof typeof AVERAGE_LENGTH_MS;

/** All lengths of a time bucket, the shortest first. */
export const INTERVALS = Object.keys(AVERAGE_LENGTH_MS) as readonly Interval[]; // the names of its members

/**
 * Yields the starts of the buckets that overlap a time range, in epoch milliseconds. Buckets of up to an hour have a fixed
 * length and are aligned to local midnight with the offset at the start of the range. Longer ones begin when local clocks show
 * 00:00, or for six hours 00:00, 06:00, 12:00 and 18:00, whatever their length.
 */
export function bucketStarts(
  interval: Interval,
  timeZone: TimeZone,
  startMs: number,
  endMs: number,
): Generator<number, void, void> {
  return isFixed(interval)
    ? fixedStarts(FIXED_MS[interval], timeZone.offsetAt(startMs), startMs, endMs)
    : calendarStarts(CALENDAR[interval], timeZone, startMs, endMs);
}

function isFixed(interval: Interval): interval is keyof typeof FIXED_MS {
  return interval in FIXED_MS;
}

/** Formats the start of a bucket in RFC 3339 with its local offset, or `Z` if the offset is zero. */
export function formatBucketStart(epochMs: number, timeZone: TimeZone): string {
  // An offset in RFC 3339 has no seconds, which some zones had before standard time. The text still names the same instant,
  // because the local time is computed with the rounded offset.
  const offsetMinutes = Math.round(timeZone.offsetAt(epochMs) / MINUTE_MS);
  const local = new Date(epochMs + offsetMinutes * MINUTE_MS).toISOString().slice(0, 19);
  if (offsetMinutes === 0) return `${local}Z`;
  const offset = new Date(Math.abs(offsetMinutes) * MINUTE_MS).toISOString().slice(11, 16);
  return `${local}${offsetMinutes < 0 ? '-' : '+'}${offset}`;
}

function* fixedStarts(lengthMs: number, offsetMs: number, startMs: number, endMs: number): Generator<number> {
  const first = Math.floor((startMs + offsetMs) / lengthMs) * lengthMs - offsetMs;
  for (let start = first; start <= endMs; start += lengthMs) yield start;
}

function* calendarStarts({ begin, next }: Unit, timeZone: TimeZone, startMs: number, endMs: number): Generator<number> {
  let local = begin(startMs + timeZone.offsetAt(startMs));
  let start = timeZone.instantOf(local);
  while (start <= endMs) {
    local = next(local);
    const end = timeZone.instantOf(local);
    if (end === start) continue; // the clocks skip the whole unit
    // When clocks go back across midnight, the repeated part of the previous day belongs to the bucket of the new day.
    if (end > startMs) yield start;
    start = end;
  }
}

/** A unit of the calendar. Local times are in milliseconds since 1970-01-01T00:00. */
interface Unit {
  /** Returns the local time at which the unit that contains a local time begins. */
  begin(local: number): number;
  /** Returns the local time at which the unit after the one that begins at a local time begins. */
  next(local: number): number;
}

/** 1970-01-01 was a Thursday. */
const A_MONDAY_MS = -3 * DAY_MS;

const CALENDAR: Readonly<Record<Exclude<Interval, keyof typeof FIXED_MS>, Unit>> = {
  '6h': repeating(6 * HOUR_MS),
  '1d': repeating(DAY_MS),
  '1w': repeating(7 * DAY_MS, A_MONDAY_MS),
  '1M': months(1),
  '3M': months(3),
  '1y': months(12),
};

/** Units of one length by local clocks. One of them begins at `originMs`. */
function repeating(lengthMs: number, originMs = 0): Unit {
  return {
    begin: (local) => Math.floor((local - originMs) / lengthMs) * lengthMs + originMs,
    next: (local) => local + lengthMs,
  };
}

/** Units of a number of months. One of them begins with each year. */
function months(count: number): Unit {
  const firstOfMonth = (local: number, roundMonth: (month: number) => number): number => {
    const date = new Date(local);
    return Date.UTC(date.getUTCFullYear(), roundMonth(date.getUTCMonth()), 1);
  };
  return {
    begin: (local) => firstOfMonth(local, (month) => Math.floor(month / count) * count),
    next: (local) => firstOfMonth(local, (month) => month + count),
  };
}

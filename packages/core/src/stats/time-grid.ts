import { DAY_MS, type TimeZone } from '../query/time-zone.ts';

/** Lengths of a time bucket: minutes, an hour, a day, a week that begins on Monday, a month. */
export const INTERVALS = ['1m', '5m', '15m', '1h', '1d', '1w', '1M'] as const;

export type Interval = (typeof INTERVALS)[number];

const FIXED_MS = { '1m': 60_000, '5m': 300_000, '15m': 900_000, '1h': 3_600_000 };
/** The length of a bucket, of a month on average. */
export const AVERAGE_LENGTH_MS: Readonly<Record<Interval, number>> = {
  ...FIXED_MS,
  '1d': DAY_MS,
  '1w': 7 * DAY_MS,
  '1M': 30.4369 * DAY_MS,
};
const MINUTE_MS = 60_000;

/**
 * Yields the starts of the buckets that overlap a time range, in epoch milliseconds. Minutes and hours have a fixed length and
 * are aligned to local midnight with the offset at the start of the range. Days, weeks and months begin at local midnight,
 * whatever their length.
 */
export function bucketStarts(
  interval: Interval,
  timeZone: TimeZone,
  startMs: number,
  endMs: number,
): Generator<number, void, void> {
  if (interval === '1d' || interval === '1w' || interval === '1M')
    return calendarStarts(interval, timeZone, startMs, endMs);
  return fixedStarts(FIXED_MS[interval], timeZone.offsetAt(startMs), startMs, endMs);
}

/** Formats the start of a bucket in RFC 3339 with its local offset, or `Z` if the offset is zero. */
export function formatBucketStart(epochMs: number, timeZone: TimeZone): string {
  // An offset in RFC 3339 has no seconds, which some zones had before standard time. The text still names the same instant,
  // because the local time is computed with the rounded offset.
  const offsetMinutes = Math.round(timeZone.offsetAt(epochMs) / MINUTE_MS);
  const local = new Date(epochMs + offsetMinutes * MINUTE_MS).toISOString().slice(0, 19);
  if (offsetMinutes === 0) return `${local}Z`;
  const twoDigits = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  const minutes = Math.abs(offsetMinutes);
  return `${local}${offsetMinutes < 0 ? '-' : '+'}${twoDigits(minutes / 60)}:${twoDigits(minutes % 60)}`;
}

function* fixedStarts(lengthMs: number, offsetMs: number, startMs: number, endMs: number): Generator<number> {
  const first = Math.floor((startMs + offsetMs) / lengthMs) * lengthMs - offsetMs;
  for (let start = first; start <= endMs; start += lengthMs) yield start;
}

function* calendarStarts(
  interval: '1d' | '1w' | '1M',
  timeZone: TimeZone,
  startMs: number,
  endMs: number,
): Generator<number> {
  const { begin, next } = CALENDAR[interval];
  let day = begin(Math.floor((startMs + timeZone.offsetAt(startMs)) / DAY_MS));
  let start = timeZone.startOfDay(day);
  while (start <= endMs) {
    day = next(day);
    const end = timeZone.startOfDay(day);
    if (end === start) continue; // the zone skipped a day
    // When clocks go back across midnight, the repeated part of the previous day belongs to the bucket of the new day.
    if (end > startMs) yield start;
    start = end;
  }
}

/** The first day of each unit and of the next one, in days since 1970-01-01, a Thursday. */
const CALENDAR = {
  '1d': { begin: (day: number) => day, next: (day: number) => day + 1 },
  '1w': { begin: (day: number) => Math.floor((day + 3) / 7) * 7 - 3, next: (day: number) => day + 7 },
  '1M': { begin: (day: number) => firstOfMonth(day, 0), next: (day: number) => firstOfMonth(day, 1) },
};

function firstOfMonth(day: number, monthsLater: number): number {
  const date = new Date(day * DAY_MS);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + monthsLater, 1) / DAY_MS;
}

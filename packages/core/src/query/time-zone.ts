/** A time zone, as far as buckets of time need it. */
export interface TimeZone {
  /** How far local time is ahead of UTC at an instant, in milliseconds. */
  offsetAt(epochMs: number): number;
  /** The first instant of a local day, given as days since 1970-01-01; of a day that was skipped, that of the next. */
  startOfDay(day: number): number;
}

export const DAY_MS = 86_400_000;

export const UTC: TimeZone = { offsetAt: () => 0, startOfDay: (day) => day * DAY_MS };

const LONGEST_NAME = 64;
/**
 * ICU also takes abbreviations that mean different zones to different people, such as BST for Dhaka. Of the names of two
 * or three letters the IANA time zone database has only these.
 */
const SHORT_NAMES = [
  'CET',
  'EET',
  'EST',
  'GB',
  'GMT',
  'HST',
  'MET',
  'MST',
  'NZ',
  'PRC',
  'ROC',
  'ROK',
  'UCT',
  'UTC',
  'WET',
];
/** What `longOffset` writes: `GMT+01:00`, with seconds where there are any, as before standard time. */
const OFFSET = /GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/;

/**
 * Knows a time zone by its name in the IANA time zone database, in either case; undefined where that has none of the
 * name. What the rules of a zone are is up to the runtime (`Intl`).
 */
export function parseTimeZone(name: string): TimeZone | undefined {
  if (!/^[a-z]/i.test(name) || name.length > LONGEST_NAME || /^SystemV\//i.test(name)) return undefined;
  if (name.length <= 3 && !SHORT_NAMES.includes(name.toUpperCase())) return undefined;
  const format = formatIn(name);
  return format && createTimeZone(format);
}

function formatIn(timeZone: string): Intl.DateTimeFormat | undefined {
  try {
    // With the hour alone instead of the date it takes a quarter of the time.
    return new Intl.DateTimeFormat('en-US', { timeZone, hour: 'numeric', timeZoneName: 'longOffset' });
  } catch {
    return undefined;
  }
}

function createTimeZone(format: Intl.DateTimeFormat): TimeZone {
  /** Offsets at midnight UTC, by instant: asking for one takes microseconds, and there may be ten thousand buckets. */
  const known = new Map<number, number>();

  function askOffset(epochMs: number): number {
    const [, sign, hours, minutes, seconds = '0'] = OFFSET.exec(format.format(epochMs)) ?? [];
    if (sign === undefined) return 0;
    return Number(`${sign}1`) * ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1_000;
  }

  function offsetAtMidnight(epochMs: number): number {
    const offset = known.get(epochMs) ?? askOffset(epochMs);
    known.set(epochMs, offset);
    return offset;
  }

  // Nowhere do clocks go one way and back again within a day.
  function offsetAt(epochMs: number): number {
    const midnight = Math.floor(epochMs / DAY_MS) * DAY_MS;
    const offset = offsetAtMidnight(midnight);
    return offset === offsetAtMidnight(midnight + DAY_MS) ? offset : askOffset(epochMs);
  }

  /** The first instant with another offset, between one with this offset and one with that other. */
  function findChange(before: number, after: number): number {
    const offset = offsetAt(before);
    let [low, high] = [before, after];
    while (high - low > 1_000) {
      const middle = low + Math.floor((high - low) / 2_000) * 1_000;
      if (askOffset(middle) === offset) low = middle;
      else high = middle;
    }
    return high;
  }

  return {
    offsetAt,
    startOfDay: (day) => {
      const local = day * DAY_MS;
      const before = offsetAtMidnight(local - DAY_MS);
      const after = offsetAtMidnight(local + DAY_MS);
      if (before === after) return local - before;
      // Where clocks change there may be two midnights, of which the first counts, or none: then they skip it.
      const midnights = [before, after].filter((offset) => offsetAt(local - offset) === offset);
      return midnights.length > 0 ? local - Math.max(...midnights) : findChange(local - DAY_MS, local + DAY_MS);
    },
  };
}

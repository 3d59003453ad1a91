/** The parts of a time zone that time buckets require. */
export interface TimeZone {
  /** Returns the offset of local time from UTC at an instant, in milliseconds; positive east of UTC. */
  offsetAt(epochMs: number): number;
  /**
   * Returns the first instant at which clocks show a local time, given in milliseconds since 1970-01-01T00:00 local time. For
   * a time that the clocks skip, returns the instant at which they skip it.
   */
  instantOf(localMs: number): number;
}

export const DAY_MS = 86_400_000;

export const UTC: TimeZone = { offsetAt: () => 0, instantOf: (localMs) => localMs };

const LONGEST_NAME = 64;
/**
 * The names of up to three letters in the IANA time zone database. ICU also accepts ambiguous abbreviations, such as BST for
 * Dhaka.
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
/** The format of `longOffset`: `GMT+01:00`, with seconds for some offsets before standard time. */
const OFFSET = /GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/;

/**
 * Returns the time zone with a name in the IANA time zone database, in either case, or undefined. The runtime (`Intl`)
 * provides the rules of the zone.
 */
export function parseTimeZone(name: string): TimeZone | undefined {
  if (!/^[a-z]/i.test(name) || name.length > LONGEST_NAME || /^SystemV\//i.test(name)) return undefined;
  if (name.length <= 3 && !SHORT_NAMES.includes(name.toUpperCase())) return undefined;
  const format = formatIn(name);
  return format && createTimeZone(format);
}

function formatIn(timeZone: string): Intl.DateTimeFormat | undefined {
  try {
    // Formatting only the hour is four times as fast as formatting the date.
    return new Intl.DateTimeFormat('en-US', { timeZone, hour: 'numeric', timeZoneName: 'longOffset' });
  } catch {
    return undefined;
  }
}

function createTimeZone(format: Intl.DateTimeFormat): TimeZone {
  /** Caches offsets at midnight UTC, by instant: formatting one costs microseconds, and there may be ten thousand buckets. */
  const known = new Map<number, number>();

  function computeOffset(epochMs: number): number {
    const [, sign, hours, minutes, seconds = '0'] = OFFSET.exec(format.format(epochMs)) ?? [];
    if (sign === undefined) return 0;
    return Number(`${sign}1`) * ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1_000;
  }

  function offsetAtMidnight(epochMs: number): number {
    const offset = known.get(epochMs) ?? computeOffset(epochMs);
    known.set(epochMs, offset);
    return offset;
  }

  // No time zone changes its offset twice within a day.
  function offsetAt(epochMs: number): number {
    const midnight = Math.floor(epochMs / DAY_MS) * DAY_MS;
    const offset = offsetAtMidnight(midnight);
    return offset === offsetAtMidnight(midnight + DAY_MS) ? offset : computeOffset(epochMs);
  }

  /** Returns the first instant with a different offset between two instants. */
  function findChange(before: number, after: number): number {
    const offset = offsetAt(before);
    let [low, high] = [before, after];
    while (high - low > 1_000) {
      const middle = low + Math.floor((high - low) / 2_000) * 1_000;
      if (computeOffset(middle) === offset) low = middle;
      else high = middle;
    }
    return high;
  }

  return {
    offsetAt,
    instantOf: (localMs) => {
      const before = offsetAt(localMs - DAY_MS);
      const after = offsetAt(localMs + DAY_MS);
      if (before === after) return localMs - before;
      // When clocks change, they can show a time twice, of which the first counts, or never if they skip it.
      const offsets = [before, after].filter((offset) => offsetAt(localMs - offset) === offset);
      return offsets.length > 0 ? localMs - Math.max(...offsets) : findChange(localMs - DAY_MS, localMs + DAY_MS);
    },
  };
}

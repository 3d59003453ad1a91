import { describe, expect, test } from 'vitest';
import { type Random, roundsOf, withRandom } from '../../test/random.ts';
import { compareTimestamps, epochNanosecondsOf, formatTimestamp, parseTimestamp } from './timestamp.ts';

const MIN = -2_208_988_800_000_000_000n;
const MAX = 2n ** 63n - 1n;

/** Returns the canonical text, and its instant. */
function parsed(text: string) {
  const result = parseTimestamp(text);
  if ('problem' in result) throw new Error(`${text} was rejected: ${result.problem}`);
  return { ...result, epochNanoseconds: epochNanosecondsOf(result.timestamp) };
}

describe('parseTimestamp', () => {
  test.each([
    ['UTC', '2025-01-01T12:00:00Z', '2025-01-01T12:00:00Z'],
    ['lower-case t and z', '2025-01-01t12:00:00z', '2025-01-01T12:00:00Z'],
    ['an offset east', '2025-01-01T12:00:00+02:00', '2025-01-01T10:00:00Z'],
    ['an offset west', '2025-01-01T12:00:00-05:30', '2025-01-01T17:30:00Z'],
    ['the largest offset, over midnight and new year', '2025-01-01T12:00:00+23:59', '2024-12-31T12:01:00Z'],
    ['the smallest offset, over midnight', '2025-01-01T12:00:00-23:59', '2025-01-02T11:59:00Z'],
    ['offset +00:00', '2025-01-01T12:00:00+00:00', '2025-01-01T12:00:00Z'],
    ['offset -00:00 (RFC 3339, 4.3)', '2025-01-01T12:00:00-00:00', '2025-01-01T12:00:00Z'],
    ['one fraction digit', '2025-01-01T12:00:00.5Z', '2025-01-01T12:00:00.5Z'],
    ['nine fraction digits', '2025-01-01T12:00:00.123456789Z', '2025-01-01T12:00:00.123456789Z'],
    ['a single nanosecond', '2025-01-01T12:00:00.000000001Z', '2025-01-01T12:00:00.000000001Z'],
    ['trailing zeros', '2025-01-01T12:00:00.120000000Z', '2025-01-01T12:00:00.12Z'],
    ['a fraction of nothing but zeros', '2025-01-01T12:00:00.000Z', '2025-01-01T12:00:00Z'],
    ['a fraction of nothing but zeros in another writing', '2025-01-01t12:00:00.00z', '2025-01-01T12:00:00Z'],
    ['trailing zeros with offset +00:00', '2025-01-01T12:00:00.1200+00:00', '2025-01-01T12:00:00.12Z'],
    ['a fraction of nothing but zeros with offset -00:00', '2025-01-01T12:10:00.0-00:00', '2025-01-01T12:10:00Z'],
    ['a fraction with an offset', '2025-01-01T12:00:00.250+01:00', '2025-01-01T11:00:00.25Z'],
    ['a fraction before 1970', '1969-12-31T23:59:59.999999999Z', '1969-12-31T23:59:59.999999999Z'],
    ['the last second of a day', '2025-12-31T23:59:59Z', '2025-12-31T23:59:59Z'],
    ['29 February of a leap year', '2024-02-29T00:00:00Z', '2024-02-29T00:00:00Z'],
    ['29 February of a century that 400 divides', '2000-02-29T00:00:00Z', '2000-02-29T00:00:00Z'],
    ['the first instant', '1900-01-01T00:00:00Z', '1900-01-01T00:00:00Z'],
    ['the first instant, from the year before', '1899-12-31T23:00:00-01:00', '1900-01-01T00:00:00Z'],
    ['the last instant', '2262-04-11T23:47:16.854775807Z', '2262-04-11T23:47:16.854775807Z'],
    ['the last instant, from the day after', '2262-04-12T00:47:16.854775807+01:00', '2262-04-11T23:47:16.854775807Z'],
  ])('parses %s', (_, text, canonical) => {
    expect(parsed(text).timestamp).toBe(canonical);
  });

  test.each([
    ['second 60', '2025-01-01T12:00:60Z', /second/],
    ['a leap second that there was', '2016-12-31T23:59:60Z', /second/],
    ['minute 60', '2025-01-01T12:60:00Z', /minute/],
    ['24:00:00', '2025-01-01T24:00:00Z', /hour/],
    ['30 February', '2025-02-30T12:00:00Z', /day that 2025-02 has/],
    ['29 February of a common year', '2025-02-29T12:00:00Z', /day/],
    ['29 February of 1900', '1900-02-29T12:00:00Z', /day/],
    ['29 February of 2100', '2100-02-29T12:00:00Z', /day/],
    ['31 April', '2025-04-31T12:00:00Z', /day/],
    ['day 00', '2025-01-00T12:00:00Z', /day/],
    ['day 32', '2025-01-32T12:00:00Z', /day/],
    ['month 00', '2025-00-01T12:00:00Z', /month/],
    ['month 13', '2025-13-01T12:00:00Z', /month/],
    ['offset +24:00', '2025-01-01T12:00:00+24:00', /offset/],
    ['offset -24:00', '2025-01-01T12:00:00-24:00', /offset/],
    ['an offset of 60 minutes', '2025-01-01T12:00:00+01:60', /offset/],
    ['offset +0530', '2025-01-01T12:00:00+0530', /RFC 3339/],
    ['offset +05', '2025-01-01T12:00:00+05', /RFC 3339/],
    ['an offset after Z', '2025-01-01T12:00:00Z+01:00', /RFC 3339/],
    ['no zone', '2025-01-01T12:00:00', /with a zone/],
    ['no zone after a fraction', '2025-01-01T12:00:00.5', /with a zone/],
    ['a space for T', '2025-01-01 12:00:00Z', /RFC 3339/],
    ['a date alone', '2025-01-01', /RFC 3339/],
    ['a time without seconds', '2025-01-01T12:00Z', /RFC 3339/],
    ['ten fraction digits', '2025-01-01T12:00:00.1234567891Z', /RFC 3339/],
    ['a point without a fraction', '2025-01-01T12:00:00.Z', /RFC 3339/],
    ['a comma for the point', '2025-01-01T12:00:00,5Z', /RFC 3339/],
    ['a year of five digits', '12025-01-01T12:00:00Z', /RFC 3339/],
    ['a signed year', '+002025-01-01T12:00:00Z', /RFC 3339/],
    ['the basic format', '20250101T120000Z', /RFC 3339/],
    ['a week date', '2025-W01-3T12:00:00Z', /RFC 3339/],
    ['digits that are not ASCII', '２０２５-01-01T12:00:00Z', /RFC 3339/],
    ['a line break at the end', '2025-01-01T12:00:00Z\n', /RFC 3339/],
    ['a space at the start', ' 2025-01-01T12:00:00Z', /RFC 3339/],
    ['a number as text', '1735732800', /RFC 3339/],
    ['an empty text', '', /RFC 3339/],
    ['year 0000', '0000-01-01T00:00:00Z', /from 1900/],
    ['year 0001', '0001-01-01T00:00:00Z', /from 1900/],
    ['year 0099, which Date.UTC takes for 1999', '0099-06-15T00:00:00Z', /from 1900/],
    ['year 0100', '0100-06-15T00:00:00Z', /from 1900/],
    ['year 9999', '9999-12-31T23:59:59Z', /from 1900/],
    ['the nanosecond before the first', '1899-12-31T23:59:59.999999999Z', /from 1900/],
    ['the nanosecond before the first, in 1900 locally', '1900-01-01T00:59:59.999999999+01:00', /from 1900/],
    ['the nanosecond after the last', '2262-04-11T23:47:16.854775808Z', /to 2262/],
    ['the nanosecond after the last, a day before locally', '2262-04-10T23:48:16.854775808-23:59', /to 2262/],
  ])('rejects %s and describes what was expected', (_, text, problem) => {
    expect(parseTimestamp(text)).toEqual({ problem: expect.stringMatching(problem) });
  });

  test('accepts the first and the last nanosecond', () => {
    expect(parsed('1900-01-01T00:00:00Z').epochNanoseconds).toBe(MIN);
    expect(parsed('2262-04-11T23:47:16.854775807Z').epochNanoseconds).toBe(MAX);
  });

  test('knows the number of days of each month of each year', () => {
    for (let year = 1900; year <= 2261; year++) {
      const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
      const lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
      for (const [index, length] of lengths.entries()) {
        const date = (day: number): string => `${year}-${String(index + 1).padStart(2, '0')}-${day}T12:00:00Z`;
        expect(parseTimestamp(date(length))).toHaveProperty('timestamp', date(length));
        expect(parseTimestamp(date(length + 1))).toHaveProperty('problem');
      }
    }
  });

  test('parses any instant in any notation', () => {
    withRandom((random) => {
      for (let i = 0; i < roundsOf(20_000); i++) {
        const epochNanoseconds = random.between(MIN, MAX);
        const text = spell(epochNanoseconds, random);
        expect(parsed(text), text).toEqual({ timestamp: canonicalByDate(epochNanoseconds), epochNanoseconds });
      }
    });
  });

  test('never disagrees with Date about an instant', () => {
    withRandom((random) => {
      let accepted = 0;
      for (let i = 0; i < roundsOf(20_000); i++) {
        const text = damage(spell(random.between(MIN, MAX), random), random);
        const result = parseTimestamp(text);
        if ('problem' in result) continue;
        const { epochNanoseconds } = parsed(text);
        accepted++;
        // Date truncates to milliseconds.
        expect(Date.parse(text.toUpperCase()), text).toBe(Number(floor(epochNanoseconds, 1_000_000n) / 1_000_000n));
      }
      expect(accepted).toBeGreaterThan(100);
    });
  });
});

describe('formatTimestamp', () => {
  test.each([
    [0n, '1970-01-01T00:00:00Z'],
    [1n, '1970-01-01T00:00:00.000000001Z'],
    [-1n, '1969-12-31T23:59:59.999999999Z'],
    [-1_000_000_000n, '1969-12-31T23:59:59Z'],
    [100_000_000n, '1970-01-01T00:00:00.1Z'],
    [MIN, '1900-01-01T00:00:00Z'],
    [MAX, '2262-04-11T23:47:16.854775807Z'],
  ])('formats %d as %s', (epochNanoseconds, timestamp) => {
    expect(formatTimestamp(epochNanoseconds)).toBe(timestamp);
  });

  test('returns a text that parseTimestamp parses as the same instant', () => {
    withRandom((random) => {
      for (let i = 0; i < roundsOf(20_000); i++) {
        const epochNanoseconds = random.between(MIN, MAX);
        // The next one is usually in the same second, and the last one on the same day.
        const [soon, later] = [random.between(0n, 1_000n), random.between(0n, 40_000_000_000_000n)];
        for (const instant of [0n, soon, later].map((distance) => clamp(epochNanoseconds + distance))) {
          const timestamp = formatTimestamp(instant);
          expect(parsed(timestamp), timestamp).toEqual({ timestamp, epochNanoseconds: instant });
        }
      }
    });
  });
});

describe('epochNanosecondsOf', () => {
  test('parses every canonical timestamp', () => {
    withRandom((random) => {
      for (const edge of [MIN, MAX, 0n, -1n]) expect(epochNanosecondsOf(canonicalByDate(edge))).toBe(edge);
      for (let i = 0; i < roundsOf(20_000); i++) {
        const epochNanoseconds = random.between(MIN, MAX);
        const timestamp = canonicalByDate(epochNanoseconds);
        expect(epochNanosecondsOf(timestamp), timestamp).toBe(epochNanoseconds);
      }
    });
  });
});

describe('compareTimestamps', () => {
  test('orders canonical timestamps by instant', () => {
    const around = [MIN, -1n, 0n, 1n, 999_999_999n, 1_000_000_000n, 1_100_000_000n, 1_120_000_000n, MAX];
    withRandom((random) => {
      for (let i = 0; i < roundsOf(20_000); i++) {
        const a = random.below(2) === 0 ? random.pick(around) : random.between(MIN, MAX);
        // Often in the same second, so that only the fractions differ.
        const b = random.below(2) === 0 ? random.pick(around) : clamp(a + random.between(-10n, 10n) * 100_000_000n);
        const [x, y] = [formatTimestamp(a), formatTimestamp(b)];
        expect(Math.sign(compareTimestamps(x, y)), `${x} and ${y}`).toBe(a < b ? -1 : Number(a > b));
      }
    });
  });
});

function clamp(epochNanoseconds: bigint): bigint {
  return epochNanoseconds < MIN ? MIN : epochNanoseconds > MAX ? MAX : epochNanoseconds;
}

/** Returns the canonical text, computed with Date. */
function canonicalByDate(epochNanoseconds: bigint): string {
  const { seconds, fraction } = split(epochNanoseconds);
  const digits = fraction.replace(/0+$/, '');
  return `${seconds}${digits === '' ? '' : `.${digits}`}Z`;
}

/** Returns a random notation of an instant: any offset, either case, any number of trailing zeros. */
function spell(epochNanoseconds: bigint, random: Random): string {
  const offsetMinutes = random.pick([0, 0, random.below(2 * 1439 + 1) - 1439]);
  const fractionDigits = random.pick([0, 3, 6, 9, 9, random.below(10)]);
  const { seconds, fraction } = split(epochNanoseconds + BigInt(offsetMinutes) * 60_000_000_000n);
  const needed = fraction.replace(/0+$/, '');
  const digits = needed.padEnd(Math.max(needed.length, fractionDigits), '0');
  const local = `${seconds}${digits === '' ? '' : `.${digits}`}`.replace('T', random.pick(['T', 't']));
  if (offsetMinutes === 0) return local + random.pick(['Z', 'z', '+00:00', '-00:00']);
  const minutes = Math.abs(offsetMinutes);
  const twoDigits = (value: number): string => String(value).padStart(2, '0');
  return `${local}${offsetMinutes < 0 ? '-' : '+'}${twoDigits(Math.floor(minutes / 60))}:${twoDigits(minutes % 60)}`;
}

function split(epochNanoseconds: bigint): { seconds: string; fraction: string } {
  const wholeSeconds = floor(epochNanoseconds, 1_000_000_000n);
  return {
    seconds: new Date(Number(wholeSeconds / 1_000_000n)).toISOString().slice(0, 19),
    fraction: String(epochNanoseconds - wholeSeconds).padStart(9, '0'),
  };
}

/** Returns the greatest multiple of `unit` that is at most `value`. */
function floor(value: bigint, unit: bigint): bigint {
  const rest = value % unit;
  return value - (rest < 0n ? rest + unit : rest);
}

/** Replaces one character. */
function damage(text: string, random: Random): string {
  const at = random.below(text.length);
  return text.slice(0, at) + random.pick([...'0123456789:.-+TZ ']) + text.slice(at + 1);
}

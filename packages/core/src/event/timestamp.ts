/** Nanoseconds since 1970-01-01T00:00:00Z; every one that the tracker accepts fits a signed 64-bit integer. */
export type EpochNanoseconds = bigint;

/** A point in time: its canonical text and its place on the time line. */
export interface Instant {
  /** UTC with `Z`, upper case, the fraction without trailing zeros. */
  readonly timestamp: string;
  readonly epochNanoseconds: EpochNanoseconds;
}

/** 1900-01-01T00:00:00Z. */
export const MIN_EPOCH_NANOSECONDS = -2_208_988_800_000_000_000n;
/** 2262-04-11T23:47:16.854775807Z, the largest signed 64-bit integer. */
export const MAX_EPOCH_NANOSECONDS = 9_223_372_036_854_775_807n;

const ZERO = 0x30;
const NANOSECONDS_PER_SECOND = 1_000_000_000n;
const FORMAT = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:[Zz]|([+-])(\d\d):(\d\d))$/;
const EXPECTED = 'expected RFC 3339 with a zone, e.g. 2025-01-01T12:00:00Z';
const OUT_OF_RANGE = 'expected a time from 1900-01-01T00:00:00Z to 2262-04-11T23:47:16.854775807Z';

/**
 * Reads an RFC 3339 timestamp strictly: the zone is required, up to nine fraction digits are kept, and what names no
 * instant (30 February, 24:00, second 60) is refused rather than guessed.
 *
 * @returns the instant in UTC, or in `problem` what was expected
 */
export function parseTimestamp(text: string): Instant | { readonly problem: string } {
  const match = FORMAT.exec(text);
  if (!match) return { problem: EXPECTED };
  const [, year, month, day, hour, minute, second, fraction = '', sign, offsetHour, offsetMinute] = match;
  const problem = fieldProblem(Number(year), Number(month), Number(day), Number(hour), Number(minute), Number(second));
  if (problem) return { problem };

  const offsetMinutes = sign ? Number(`${sign}1`) * (Number(offsetHour) * 60 + Number(offsetMinute)) : 0;
  if (Number(offsetHour ?? 0) > 23 || Number(offsetMinute ?? 0) > 59)
    return { problem: 'expected an offset between -23:59 and +23:59' };

  const localMs = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
  const epochNanoseconds = toNanoseconds(localMs - offsetMinutes * 60_000, fraction);
  if (epochNanoseconds < MIN_EPOCH_NANOSECONDS || epochNanoseconds > MAX_EPOCH_NANOSECONDS) {
    return { problem: OUT_OF_RANGE };
  }
  const isCanonical = !sign && text[10] === 'T' && text.endsWith('Z') && !fraction.endsWith('0');
  return { timestamp: isCanonical ? text : formatTimestamp(epochNanoseconds), epochNanoseconds };
}

/** Writes an instant as its one canonical text. */
export function formatTimestamp(epochNanoseconds: EpochNanoseconds): string {
  const nanoseconds = ((epochNanoseconds % NANOSECONDS_PER_SECOND) + NANOSECONDS_PER_SECOND) % NANOSECONDS_PER_SECOND;
  const ms = Number((epochNanoseconds - nanoseconds) / 1_000_000n);
  const fraction = nanoseconds === 0n ? '' : `.${String(nanoseconds).padStart(9, '0').replace(/0+$/, '')}`;
  return `${new Date(ms).toISOString().slice(0, 19)}${fraction}Z`;
}

/** Compares canonical timestamps as instants, negative, zero or positive: their order is that of their text, the closing Z aside. */
export function compareTimestamps(a: string, b: string): number {
  if (a === b) return 0;
  // Of two texts of one length, it is the last character of both.
  const isLess = a.length === b.length ? a < b : a.slice(0, -1) < b.slice(0, -1);
  return isLess ? -1 : 1;
}

/** The place on the time line of a canonical timestamp, as every stored event has one; the text is not checked again. */
export function epochNanosecondsOf(timestamp: string): EpochNanoseconds {
  const year = twoDigits(timestamp, 0) * 100 + twoDigits(timestamp, 2);
  const [month, day] = [twoDigits(timestamp, 5), twoDigits(timestamp, 8)];
  const [hour, minute, second] = [twoDigits(timestamp, 11), twoDigits(timestamp, 14), twoDigits(timestamp, 17)];
  return toNanoseconds(Date.UTC(year, month - 1, day, hour, minute, second), timestamp.slice(20, -1));
}

/** The number that two digits spell; quicker than to cut them out. */
function twoDigits(text: string, index: number): number {
  return (text.charCodeAt(index) - ZERO) * 10 + text.charCodeAt(index + 1) - ZERO;
}

function toNanoseconds(wholeSecondsInMs: number, fraction: string): EpochNanoseconds {
  const whole = BigInt(wholeSecondsInMs) * 1_000_000n;
  return fraction === '' ? whole : whole + BigInt(fraction.padEnd(9, '0'));
}

function fieldProblem(
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
): string | undefined {
  if (year < 100) return OUT_OF_RANGE; // Date.UTC would read 19xx
  if (month < 1 || month > 12) return 'expected a month from 01 to 12';
  if (day < 1 || day > daysInMonth(year, month))
    return `expected a day that ${year}-${String(month).padStart(2, '0')} has`;
  if (hour > 23) return 'expected an hour from 00 to 23';
  if (minute > 59) return 'expected a minute from 00 to 59';
  if (second > 59) return 'expected a second from 00 to 59 (leap seconds are not kept)';
  return undefined;
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

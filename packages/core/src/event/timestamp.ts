import { describeTimestampProblem } from './timestamp-problem.ts';

/** Nanoseconds since 1970-01-01T00:00:00Z. Every instant that the tracker accepts fits a signed 64-bit integer. */
export type EpochNanoseconds = bigint;

/** 1900-01-01T00:00:00Z. */
export const MIN_EPOCH_NANOSECONDS = -2_208_988_800_000_000_000n;
/** 2262-04-11T23:47:16.854775807Z, the largest signed 64-bit integer. */
export const MAX_EPOCH_NANOSECONDS = 9_223_372_036_854_775_807n;

const ZERO = 0x30;
/** Length of a canonical timestamp including `Z`; the digits of a fraction begin at this index. */
const LENGTH_WITHOUT_FRACTION = 20;
const NANOSECONDS_PER_SECOND = 1_000_000_000n;
const SECONDS_PER_DAY = 86_400;
const TWO_DIGITS: readonly string[] = Array.from({ length: 60 }, (_, n) => String(n).padStart(2, '0'));
/** Length of `2025-01-01T12:00:00.123456789+00:00`. */
const MAX_LENGTH = 35;
const FORMAT = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.(\d{1,9}))?(?:[Zz]|([+-])(\d\d):(\d\d))$/;
const OUT_OF_RANGE = 'expected a time from 1900-01-01T00:00:00Z to 2262-04-11T23:47:16.854775807Z';

/**
 * Parses an RFC 3339 timestamp strictly: the zone is required, up to nine fraction digits are kept, and a text that names no
 * instant (30 February, 24:00, second 60) is rejected.
 *
 * @returns the instant in UTC with `Z`, in upper case, without trailing zeros in the fraction; or, as `problem`, what was
 * expected
 */
export function parseTimestamp(text: string): { readonly timestamp: string } | { readonly problem: string } {
  if (text.length > MAX_LENGTH || !FORMAT.test(text)) return { problem: describeTimestampProblem(text) };
  const fields = readFields(text);
  const problem = fieldProblem(fields);
  if (problem) return { problem };
  // The usual case needs little or no work.
  if (isInUtc(text) && fields.year >= 1900 && fields.year < 2262)
    return { timestamp: isCanonical(text) ? text : toCanonicalText(text) };
  return toCanonical(text, fields);
}

/** Requires a text that matches FORMAT. */
function isInUtc(text: string): boolean {
  return text.endsWith('Z') || text.endsWith('z') || text.endsWith('00:00');
}

function isCanonical(text: string): boolean {
  return text[10] === 'T' && text.endsWith('Z') && (text.length === LENGTH_WITHOUT_FRACTION || text.at(-2) !== '0');
}

/** Requires a text in UTC. Cutting off surplus characters is faster than computing the instant. */
function toCanonicalText(text: string): string {
  let end = text.length - (text.endsWith('00:00') ? '+00:00' : 'Z').length;
  if (end >= LENGTH_WITHOUT_FRACTION) {
    while (text.charCodeAt(end - 1) === ZERO) end--;
    if (end === LENGTH_WITHOUT_FRACTION) end--; // no digit is left after the point
  }
  // toUpperCase also copies the pieces into one flat string, which needs less memory.
  return `${text.slice(0, end)}Z`.toUpperCase();
}

function toCanonical(text: string, fields: Fields): { readonly timestamp: string } | { readonly problem: string } {
  const [, fraction = '', sign, offsetHour, offsetMinute] = FORMAT.exec(text) ?? [];
  const offsetMinutes = sign ? Number(`${sign}1`) * (Number(offsetHour) * 60 + Number(offsetMinute)) : 0;
  if (Number(offsetHour ?? 0) > 23 || Number(offsetMinute ?? 0) > 59)
    return { problem: 'expected an offset between -23:59 and +23:59' };
  const epochNanoseconds = toNanoseconds(toMs(fields) - offsetMinutes * 60_000, fraction);
  if (epochNanoseconds < MIN_EPOCH_NANOSECONDS || epochNanoseconds > MAX_EPOCH_NANOSECONDS)
    return { problem: OUT_OF_RANGE };
  return { timestamp: formatTimestamp(epochNanoseconds) };
}

/** The second of the last timestamp that was formatted, and its text: successive events often share it. */
let lastSecond = { second: 0, text: '1970-01-01T00:00:00' };
/** The same for the day, because computing its text takes ten times as long as the rest. */
let lastDay = { day: 0, text: '1970-01-01' };

/** Returns the canonical text of an instant. */
export function formatTimestamp(epochNanoseconds: EpochNanoseconds): string {
  const seconds = epochNanoseconds / NANOSECONDS_PER_SECOND;
  let second = Number(seconds);
  let nanoseconds = Number(epochNanoseconds - seconds * NANOSECONDS_PER_SECOND);
  if (nanoseconds < 0) {
    // The division rounds toward zero.
    second--;
    nanoseconds += 1_000_000_000;
  }
  if (second !== lastSecond.second) lastSecond = { second, text: formatSecond(second) };
  return `${lastSecond.text}${formatFraction(nanoseconds)}Z`;
}

/** @param second seconds since 1970-01-01T00:00:00Z */
function formatSecond(second: number): string {
  const day = Math.floor(second / SECONDS_PER_DAY);
  if (day !== lastDay.day)
    lastDay = { day, text: new Date(day * SECONDS_PER_DAY * 1_000).toISOString().slice(0, '1970-01-01'.length) };
  const ofDay = second - day * SECONDS_PER_DAY;
  const minutes = Math.floor(ofDay / 60);
  return `${lastDay.text}T${TWO_DIGITS[Math.floor(minutes / 60)]}:${TWO_DIGITS[minutes % 60]}:${TWO_DIGITS[ofDay % 60]}`;
}

/** Returns the fraction of a second with its point, without trailing zeros; empty if it is zero. */
function formatFraction(nanoseconds: number): string {
  if (nanoseconds === 0) return '';
  let digits = nanoseconds;
  let length = 9;
  for (; digits % 10 === 0; digits /= 10) length--;
  return `.${String(digits).padStart(length, '0')}`;
}

/** Compares canonical timestamps as instants: negative, zero or positive. Their order is that of their texts without the final Z. */
export function compareTimestamps(a: string, b: string): number {
  if (a === b) return 0;
  // In two texts of the same length, the Z stands at the same index.
  const isLess = a.length === b.length ? a < b : a.slice(0, -1) < b.slice(0, -1);
  return isLess ? -1 : 1;
}

/** Returns the instant of a canonical timestamp, such as that of a stored event. Does not validate the text. */
export function epochNanosecondsOf(timestamp: string): EpochNanoseconds {
  return toNanoseconds(toMs(readFields(timestamp)), timestamp.slice(LENGTH_WITHOUT_FRACTION, -1));
}

/** The date and time fields of a timestamp as written, before its offset is applied. */
interface Fields {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

function readFields(text: string): Fields {
  return {
    year: twoDigits(text, 0) * 100 + twoDigits(text, 2),
    month: twoDigits(text, 5),
    day: twoDigits(text, 8),
    hour: twoDigits(text, 11),
    minute: twoDigits(text, 14),
    second: twoDigits(text, 17),
  };
}

/** Parses two digits at an index, which is faster than slicing the text. */
function twoDigits(text: string, index: number): number {
  return (text.charCodeAt(index) - ZERO) * 10 + text.charCodeAt(index + 1) - ZERO;
}

function toMs({ year, month, day, hour, minute, second }: Fields): number {
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

function toNanoseconds(wholeSecondsInMs: number, fraction: string): EpochNanoseconds {
  const whole = BigInt(wholeSecondsInMs) * 1_000_000n;
  return fraction === '' ? whole : whole + BigInt(fraction.padEnd(9, '0'));
}

function fieldProblem({ year, month, day, hour, minute, second }: Fields): string | undefined {
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

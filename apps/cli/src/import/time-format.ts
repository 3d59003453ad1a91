import { parseTimeZone, type TimeZone } from '@event-tracker/core/schemas';
import { createUsageError } from '../command-line/usage-error.ts';
import type { TimeFormat } from './formats.ts';

/** Returns RFC 3339, or why the text has no such time. */
export type ReadTime = (text: string) => { readonly timestamp: string } | { readonly problem: string };

/** Digits after the decimal point of the seconds. */
const DIGITS: Readonly<Partial<Record<TimeFormat, number>>> = { unix: 0, 'unix-ms': 3, 'unix-us': 6, 'unix-ns': 9 };

const CLOCK = String.raw`(?:[T ](?<h>\d\d):(?<m>\d\d)(?::(?<s>\d\d)(?:\.(?<fraction>\d{1,9}))?)?)?`;
const LOCAL: Readonly<Partial<Record<TimeFormat, { readonly pattern: RegExp; readonly example: string }>>> = {
  ymd: {
    pattern: new RegExp(String.raw`^(?<year>\d{4})-(?<month>\d\d)-(?<day>\d\d)${CLOCK}$`),
    example: '2025-01-31 12:00:00',
  },
  dmy: {
    pattern: new RegExp(String.raw`^(?<day>\d\d?)[./-](?<month>\d\d?)[./-](?<year>\d{4})${CLOCK}$`),
    example: '31.01.2025 12:00:00',
  },
  mdy: {
    pattern: new RegExp(String.raw`^(?<month>\d\d?)[./-](?<day>\d\d?)[./-](?<year>\d{4})${CLOCK}$`),
    example: '01/31/2025 12:00:00',
  },
};

/**
 * Returns a function that reads timestamps of one format.
 *
 * @param zone IANA name, for local times. When clocks show a time twice, the first counts.
 * @throws UsageError if the format requires a time zone, or has no use for one
 */
export function createTimeReader(format: TimeFormat, zone: string | undefined): ReadTime {
  const digits = DIGITS[format];
  const local = LOCAL[format];
  if (!local && zone !== undefined)
    throw createUsageError(`--time-zone: times of the format ${format} have no time zone`);
  if (digits !== undefined) return (text) => readUnixTime(text, format, digits);
  if (!local) return (timestamp) => ({ timestamp });
  const timeZone = zone === undefined ? undefined : parseTimeZone(zone);
  if (!timeZone)
    throw createUsageError(
      `--time-zone: expected an IANA name such as Europe/Paris, which --time-format ${format} requires`,
    );
  return (text) => readLocalTime(text, timeZone, local);
}

function readUnixTime(text: string, format: TimeFormat, digits: number): ReturnType<ReadTime> {
  const [, sign = '', whole, more = ''] = /^(-?)(\d{1,20})(?:\.(\d{1,9}))?$/.exec(text) ?? [];
  if (whole === undefined || digits + more.length > 9) return { problem: `expected a time of the format ${format}` };
  const nanoseconds = BigInt(sign + (whole + more).padEnd(whole.length + 9 - digits, '0'));
  const fraction = ((nanoseconds % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n;
  const seconds = Number((nanoseconds - fraction) / 1_000_000_000n);
  return toTimestamp(seconds * 1_000, String(fraction).padStart(9, '0'));
}

function readLocalTime(
  text: string,
  timeZone: TimeZone,
  { pattern, example }: { readonly pattern: RegExp; readonly example: string },
): ReturnType<ReadTime> {
  const problem = `expected a time such as ${example}`;
  const {
    year = '',
    month = '',
    day = '',
    h = '00',
    m = '00',
    s = '00',
    fraction = '0',
  } = pattern.exec(text)?.groups ?? {};
  const written = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}T${h}:${m}:${s}.000Z`;
  const local = Date.parse(written);
  // Date.parse accepts 30 February.
  if (Number.isNaN(local) || new Date(local).toISOString() !== written) return { problem };
  const instant = timeZone.instantOf(local);
  if (instant + timeZone.offsetAt(instant) !== local) return { problem: 'clocks skip this time in the time zone' };
  return toTimestamp(instant, fraction);
}

function toTimestamp(ms: number, fraction: string): ReturnType<ReadTime> {
  const date = new Date(ms);
  if (Number.isNaN(date.getTime())) return { problem: 'expected a time from 1900 to 2262' };
  return { timestamp: `${date.toISOString().slice(0, -5)}.${fraction}Z` };
}

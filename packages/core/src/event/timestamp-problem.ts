const EXPECTED = 'expected RFC 3339 with a zone, e.g. 2025-01-01T12:00:00Z';
/** An epoch time of this size (year 5138 in seconds, 1973 in milliseconds) or more is in milliseconds. */
const MIN_MILLISECONDS = 100_000_000_000;
const MIN_MS = Date.UTC(1900, 0, 1);
const MAX_MS = Date.UTC(2262, 3, 11);
const WITHOUT_ZONE = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d/;
const LONGEST_TEXT = 40;

/** Describes why a value is not a timestamp, and what to send in its place. */
export function describeTimestampProblem(value: unknown): string {
  const epochTime = typeof value === 'string' && isEpochTime(value) ? Number(value) : value;
  if (typeof epochTime === 'number') return describeNumber(epochTime);
  if (Object.prototype.toString.call(value) === '[object Date]')
    return `${EXPECTED}; for a Date send date.toISOString()`;
  if (typeof value !== 'string') return EXPECTED;
  return value.length <= LONGEST_TEXT && WITHOUT_ZONE.test(value) ? describeText(value) : EXPECTED;
}

function isEpochTime(text: string): boolean {
  return text.length <= LONGEST_TEXT && /^\d{9,13}(?:\.\d+)?$/.test(text);
}

function describeNumber(epochTime: number): string {
  const isInMilliseconds = Math.abs(epochTime) >= MIN_MILLISECONDS;
  const ms = Math.floor(isInMilliseconds ? epochTime : epochTime * 1_000);
  if (!(ms >= MIN_MS && ms <= MAX_MS)) return EXPECTED;
  const unit = isInMilliseconds ? 'milliseconds' : 'seconds';
  return `expected RFC 3339 with a zone: ${epochTime} in ${unit} since 1970 is "${new Date(ms).toISOString().replace(/\.?0*Z$/, 'Z')}"`;
}

function describeText(text: string): string {
  if (text[10] === ' ') return `${EXPECTED}; write T between the date and the time`;
  return /(?:[zZ]|[+-]\d\d:?\d\d)$/.test(text) ? EXPECTED : `${EXPECTED}; the zone is missing, Z for UTC`;
}

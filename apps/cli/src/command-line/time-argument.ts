import { InvalidArgumentError } from 'commander';

const UNIT_MS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

const EXPECTED = 'expected a time ago such as 30s, 15m, 1h, 7d or 2w, a date, or RFC 3339 with a zone';

/**
 * Parses the time of an option: a duration before now (`1h`), or a time as the API accepts it, which the server checks.
 *
 * @param now milliseconds since 1970
 * @returns RFC 3339, or a date
 * @throws InvalidArgumentError
 */
export function parseTimeArgument(text: string, now: number = Date.now()): string {
  if (/^\d{4}-/.test(text)) return text;
  const [, count = '', unit = ''] = /^(\d+)([smhdw])$/.exec(text) ?? [];
  const time = new Date(now - Number(count) * (UNIT_MS[unit] ?? Number.NaN));
  if (Number.isNaN(time.getTime())) throw new InvalidArgumentError(EXPECTED);
  return time.toISOString();
}

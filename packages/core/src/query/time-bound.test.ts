import { describe, expect, test } from 'vitest';
import { formatTimestamp, MAX_EPOCH_NANOSECONDS, MIN_EPOCH_NANOSECONDS } from '../event/timestamp.ts';
import { endOf, isAfter, parseTimeBound, startOf, type TimeBound } from './time-bound.ts';
import { parseTimeZone, type TimeZone, UTC } from './time-zone.ts';

function bound(text: string): TimeBound {
  const parsed = parseTimeBound(text);
  if ('problem' in parsed) throw new Error(parsed.problem);
  return parsed;
}

function zone(name: string): TimeZone {
  return parseTimeZone(name) ?? expect.fail(`no zone ${name}`);
}

function rangeOf(text: string, timeZone: TimeZone): readonly string[] {
  return [startOf(bound(text), timeZone), endOf(bound(text), timeZone)].map(formatTimestamp);
}

describe('a time bound', () => {
  test('is one instant if it is RFC 3339', () => {
    for (const timeZone of [UTC, zone('Europe/Paris')])
      expect(rangeOf('2025-05-01T02:00:00+02:00', timeZone)).toEqual(['2025-05-01T00:00:00Z', '2025-05-01T00:00:00Z']);
  });

  test.each([
    ['a day of 24 hours', 'UTC', '2025-05-01', '2025-05-01T00:00:00Z', '2025-05-01T23:59:59.999999999Z'],
    ['29 February', 'UTC', '2024-02-29', '2024-02-29T00:00:00Z', '2024-02-29T23:59:59.999999999Z'],
    ['a day before 1970', 'UTC', '1969-12-31', '1969-12-31T00:00:00Z', '1969-12-31T23:59:59.999999999Z'],
    ['a day of another zone', 'Asia/Kolkata', '2025-05-01', '2025-04-30T18:30:00Z', '2025-05-01T18:29:59.999999999Z'],
    ['a day of 23 hours', 'Europe/Paris', '2025-03-30', '2025-03-29T23:00:00Z', '2025-03-30T21:59:59.999999999Z'],
    ['a day of 25 hours', 'Europe/Paris', '2025-10-26', '2025-10-25T22:00:00Z', '2025-10-26T22:59:59.999999999Z'],
    [
      'a day without midnight',
      'America/Sao_Paulo',
      '2018-11-04',
      '2018-11-04T03:00:00Z',
      '2018-11-05T01:59:59.999999999Z',
    ],
    ['the first day', 'UTC', '1900-01-01', '1900-01-01T00:00:00Z', '1900-01-01T23:59:59.999999999Z'],
    ['the last day', 'UTC', '2262-04-11', '2262-04-11T00:00:00Z', '2262-04-11T23:47:16.854775807Z'],
  ])('is the whole of %s if it is a date: %s %s', (_, timeZone, text, start, end) => {
    expect(rangeOf(text, zone(timeZone))).toEqual([start, end]);
  });

  test('is limited to the range of event times', () => {
    expect(startOf(bound('1900-01-01'), zone('Asia/Kolkata'))).toBe(MIN_EPOCH_NANOSECONDS);
    expect(endOf(bound('2262-04-11'), zone('America/New_York'))).toBe(MAX_EPOCH_NANOSECONDS);
  });

  test.each([
    '2025-02-29',
    '2025-13-01',
    '2025-00-10',
    '2025-1-1',
    '2025-01-01T',
    '2025-01-01Z',
    '2025-01-01T12:00:00',
    '1899-12-31',
    '2262-04-12',
    '',
    ' 2025-01-01',
  ])('is rejected as %j', (text) => {
    expect(parseTimeBound(text)).toEqual({ problem: expect.stringMatching(/^expected /) });
  });

  test.each([
    ['2025-01-02', '2025-01-01', true],
    ['2025-01-01', '2025-01-01', false],
    ['2025-01-01T12:00:00Z', '2025-01-01', false],
    ['2025-01-02T00:00:00Z', '2025-01-01', true],
    ['2025-01-01', '2025-01-01T00:00:00Z', false],
    ['2025-01-01', '2024-12-31T23:59:59Z', true],
    ['2025-01-01T12:00:00Z', '2025-01-01T12:00:00Z', false],
    ['2025-01-01T12:00:00.000000001Z', '2025-01-01T12:00:00Z', true],
  ])('%s is after %s: %s', (start, end, expected) => {
    expect(isAfter(bound(start), bound(end), UTC)).toBe(expected);
  });

  test('a day that the zone skipped is not after itself, and is empty', () => {
    const apia = zone('Pacific/Apia');
    const skipped = bound('2011-12-30');
    expect(isAfter(skipped, skipped, apia)).toBe(false);
    expect(endOf(skipped, apia)).toBeLessThan(startOf(skipped, apia));
  });
});

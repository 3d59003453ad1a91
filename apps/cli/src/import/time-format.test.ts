import { describe, expect, test } from 'vitest';
import { isUsageError } from '../command-line/usage-error.ts';
import { TIME_FORMATS, type TimeFormat } from './formats.ts';
import { createTimeReader } from './time-format.ts';

describe('createTimeReader', () => {
  test.each<[TimeFormat, string | undefined, string, string]>([
    ['rfc3339', undefined, '2025-01-01T12:00:00+01:00', '2025-01-01T12:00:00+01:00'],
    ['unix', undefined, '1735732800', '2025-01-01T12:00:00.000000000Z'],
    ['unix', undefined, '1735732800.25', '2025-01-01T12:00:00.250000000Z'],
    ['unix', undefined, '-1.5', '1969-12-31T23:59:58.500000000Z'],
    ['unix-ms', undefined, '1735732800123', '2025-01-01T12:00:00.123000000Z'],
    ['unix-us', undefined, '1735732800123456', '2025-01-01T12:00:00.123456000Z'],
    ['unix-ns', undefined, '1735732800123456789', '2025-01-01T12:00:00.123456789Z'],
    ['ymd', 'Europe/Paris', '2025-07-01 12:00:00.123456789', '2025-07-01T10:00:00.123456789Z'],
    ['ymd', 'UTC', '2025-07-01T12:00', '2025-07-01T12:00:00.0Z'],
    ['ymd', 'Asia/Tokyo', '2025-07-01', '2025-06-30T15:00:00.0Z'],
    ['dmy', 'UTC', '31.01.2025 08:30', '2025-01-31T08:30:00.0Z'],
    ['mdy', 'UTC', '1/31/2025 08:30:05', '2025-01-31T08:30:05.0Z'],
    // Clocks show this time twice; the first counts.
    ['ymd', 'Europe/Paris', '2025-10-26 02:30:00', '2025-10-26T00:30:00.0Z'],
  ])('reads %s in %s: %s', (format, zone, text, timestamp) => {
    expect(createTimeReader(format, zone)(text)).toEqual({ timestamp });
  });

  test.each<[TimeFormat, string | undefined, string, string]>([
    ['unix', undefined, '2025-01-01', 'expected a time of the format unix'],
    ['unix-ns', undefined, '1.5', 'expected a time of the format unix-ns'],
    ['unix', undefined, '99999999999999999', 'expected a time from 1900 to 2262'],
    ['dmy', 'UTC', '01/31/2025', 'expected a time such as 31.01.2025 12:00:00'],
    ['ymd', 'UTC', '2025-02-30', 'expected a time such as 2025-01-31 12:00:00'],
    ['ymd', 'UTC', '2025-01-01 24:00:00', 'expected a time such as 2025-01-31 12:00:00'],
    ['ymd', 'Europe/Paris', '2025-03-30 02:30:00', 'clocks skip this time in the time zone'],
  ])('refuses as %s in %s: %s', (format, zone, text, problem) => {
    expect(createTimeReader(format, zone)(text)).toEqual({ problem });
  });

  test.each<[TimeFormat, string | undefined]>([
    ['ymd', undefined],
    ['dmy', 'Paris'],
    ['unix', 'UTC'],
    ['rfc3339', 'UTC'],
  ])('refuses the format %s with the time zone %s', (format, zone) => {
    expect(() => createTimeReader(format, zone)).toThrow(expect.toSatisfy(isUsageError));
  });

  test('reads every format that it lists', () => {
    for (const format of TIME_FORMATS)
      expect(createTimeReader(format, /^[ymd]{3}$/.test(format) ? 'UTC' : undefined)('x')).toBeDefined();
  });
});

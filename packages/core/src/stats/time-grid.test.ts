import { describe, expect, test } from 'vitest';
import { parseTimeZone, type TimeZone } from '../query/time-zone.ts';
import { bucketStarts, formatBucketStart, type Interval } from './time-grid.ts';

function zoneOf(name: string): TimeZone {
  const zone = parseTimeZone(name);
  if (!zone) throw new Error(`no zone: ${name}`);
  return zone;
}

/** Returns the labels of the buckets of a range. */
function gridOf(interval: Interval, zone: string, start: string, end: string): string[] {
  const timeZone = zoneOf(zone);
  const starts = bucketStarts(interval, timeZone, Date.parse(start), Date.parse(end));
  return [...starts].map((ms) => formatBucketStart(ms, timeZone));
}

describe('seconds, minutes and hours', () => {
  test.each<[Interval, string, string[]]>([
    ['1s', '2025-01-01T12:01:00Z', ['2025-01-01T12:00:59Z', '2025-01-01T12:01:00Z']],
    ['10s', '2025-01-01T12:01:00Z', ['2025-01-01T12:00:50Z', '2025-01-01T12:01:00Z']],
    ['1m', '2025-01-01T12:01:59Z', ['2025-01-01T12:00:00Z', '2025-01-01T12:01:00Z']],
    ['5m', '2025-01-01T12:05:00Z', ['2025-01-01T12:00:00Z', '2025-01-01T12:05:00Z']],
    ['15m', '2025-01-01T12:14:59.999Z', ['2025-01-01T12:00:00Z']],
    ['30m', '2025-01-01T12:30:00Z', ['2025-01-01T12:00:00Z', '2025-01-01T12:30:00Z']],
    ['1h', '2025-01-01T13:00:00Z', ['2025-01-01T12:00:00Z', '2025-01-01T13:00:00Z']],
  ])('cover the range with intervals of %s', (interval, end, expected) => {
    expect(gridOf(interval, 'UTC', '2025-01-01T12:00:59.5Z', end)).toEqual(expected);
  });

  test('begin at full local minutes and hours', () => {
    expect(gridOf('1h', 'Asia/Kathmandu', '2025-01-01T00:20:00Z', '2025-01-01T01:20:00Z')).toEqual([
      '2025-01-01T06:00:00+05:45',
      '2025-01-01T07:00:00+05:45',
    ]);
    expect(gridOf('1h', 'America/St_Johns', '2025-01-01T00:00:00Z', '2025-01-01T00:30:00Z')).toEqual([
      '2024-12-31T20:00:00-03:30',
      '2024-12-31T21:00:00-03:30',
    ]);
  });

  test('keep their length when clocks go forward and when they go back', () => {
    expect(gridOf('1h', 'Europe/Paris', '2025-03-30T00:00:00Z', '2025-03-30T02:00:00Z')).toEqual([
      '2025-03-30T01:00:00+01:00',
      '2025-03-30T03:00:00+02:00',
      '2025-03-30T04:00:00+02:00',
    ]);
    expect(gridOf('1h', 'America/New_York', '2025-11-02T05:00:00Z', '2025-11-02T07:00:00Z')).toEqual([
      '2025-11-02T01:00:00-04:00',
      '2025-11-02T01:00:00-05:00',
      '2025-11-02T02:00:00-05:00',
    ]);
  });

  test('keep their alignment when clocks change by half an hour', () => {
    expect(gridOf('1h', 'Australia/Lord_Howe', '2025-04-05T13:00:00Z', '2025-04-05T15:30:00Z')).toEqual([
      '2025-04-06T00:00:00+11:00',
      '2025-04-06T01:00:00+11:00',
      '2025-04-06T01:30:00+10:30',
    ]);
  });

  test('are created one by one', () => {
    const starts = bucketStarts('1m', zoneOf('UTC'), Date.parse('1900-01-01'), Date.parse('2262-01-01'));
    expect(starts.next().value).toBe(Date.parse('1900-01-01'));
    expect(starts.next().value).toBe(Date.parse('1900-01-01T00:01:00Z'));
  });
});

describe('quarters of days, days, weeks, months and years', () => {
  test.each<[string, Interval, string, string, string, string[]]>([
    [
      'quarters of days at full local hours when clocks go forward',
      '6h',
      'Europe/Paris',
      '2025-03-29T22:59:00Z',
      '2025-03-30T22:00:00Z',
      [
        '2025-03-29T18:00:00+01:00',
        '2025-03-30T00:00:00+01:00',
        '2025-03-30T06:00:00+02:00',
        '2025-03-30T12:00:00+02:00',
        '2025-03-30T18:00:00+02:00',
        '2025-03-31T00:00:00+02:00',
      ],
    ],
    [
      'quarters of days before 1970',
      '6h',
      'UTC',
      '1969-12-31T23:59:59Z',
      '1970-01-01T00:00:00Z',
      ['1969-12-31T18:00:00Z', '1970-01-01T00:00:00Z'],
    ],
    [
      'quarters of days in a calendar without a day',
      '6h',
      'Pacific/Apia',
      '2011-12-30T05:00:00Z',
      '2011-12-30T16:00:00Z',
      ['2011-12-29T18:00:00-10:00', '2011-12-31T00:00:00+14:00', '2011-12-31T06:00:00+14:00'],
    ],
    [
      'days of 23 hours',
      '1d',
      'Europe/Paris',
      '2025-03-29T12:00:00Z',
      '2025-03-30T22:00:00Z',
      ['2025-03-29T00:00:00+01:00', '2025-03-30T00:00:00+01:00', '2025-03-31T00:00:00+02:00'],
    ],
    [
      'days of 25 hours',
      '1d',
      'America/New_York',
      '2025-11-02T04:00:00Z',
      '2025-11-03T04:59:59.999Z',
      ['2025-11-02T00:00:00-04:00'],
    ],
    [
      'a day without midnight',
      '1d',
      'America/Sao_Paulo',
      '2018-11-03T12:00:00Z',
      '2018-11-05T12:00:00Z',
      ['2018-11-03T00:00:00-03:00', '2018-11-04T01:00:00-02:00', '2018-11-05T00:00:00-02:00'],
    ],
    [
      'a calendar without a day',
      '1d',
      'Pacific/Apia',
      '2011-12-29T12:00:00Z',
      '2011-12-31T12:00:00Z',
      ['2011-12-29T00:00:00-10:00', '2011-12-31T00:00:00+14:00', '2012-01-01T00:00:00+14:00'],
    ],
    [
      'the repeated minutes of yesterday after midnight, which are part of today',
      '1d',
      'America/St_Johns',
      '2010-11-07T02:40:00Z',
      '2010-11-07T12:00:00Z',
      ['2010-11-07T00:00:00-02:30'],
    ],
    [
      'weeks that begin on Monday',
      '1w',
      'Europe/Paris',
      '2025-03-30T21:59:59Z',
      '2025-04-07T00:00:00Z',
      ['2025-03-24T00:00:00+01:00', '2025-03-31T00:00:00+02:00', '2025-04-07T00:00:00+02:00'],
    ],
    [
      'weeks before 1970',
      '1w',
      'UTC',
      '1969-12-28T12:00:00Z',
      '1970-01-05T00:00:00Z',
      ['1969-12-22T00:00:00Z', '1969-12-29T00:00:00Z', '1970-01-05T00:00:00Z'],
    ],
    [
      'months of any length',
      '1M',
      'Europe/London',
      '2024-01-31T12:00:00Z',
      '2024-04-30T12:00:00Z',
      ['2024-01-01T00:00:00Z', '2024-02-01T00:00:00Z', '2024-03-01T00:00:00Z', '2024-04-01T00:00:00+01:00'],
    ],
    [
      'the turn of a year',
      '1M',
      'UTC',
      '2024-12-31T23:59:59Z',
      '2025-01-01T00:00:00Z',
      ['2024-12-01T00:00:00Z', '2025-01-01T00:00:00Z'],
    ],
    [
      'quarters of years',
      '3M',
      'Europe/Paris',
      '2024-12-31T22:59:59Z',
      '2025-03-31T22:00:00Z',
      ['2024-10-01T00:00:00+02:00', '2025-01-01T00:00:00+01:00', '2025-04-01T00:00:00+02:00'],
    ],
    [
      'years',
      '1y',
      'America/New_York',
      '2024-01-01T04:59:59Z',
      '2025-01-01T05:00:00Z',
      ['2023-01-01T00:00:00-05:00', '2024-01-01T00:00:00-05:00', '2025-01-01T00:00:00-05:00'],
    ],
    ['years before 1970', '1y', 'UTC', '1969-12-31T23:59:59Z', '1969-12-31T23:59:59Z', ['1969-01-01T00:00:00Z']],
    ['one instant', '1M', 'UTC', '2025-01-01T00:00:00Z', '2025-01-01T00:00:00Z', ['2025-01-01T00:00:00Z']],
    [
      'the first and the last possible instant',
      '1M',
      'Asia/Tokyo',
      '2262-04-11T23:47:16.854Z',
      '2262-04-11T23:47:16.854Z',
      ['2262-04-01T00:00:00+09:00'],
    ],
  ])('%s', (_, interval, zone, start, end, expected) => {
    expect(gridOf(interval, zone, start, end)).toEqual(expected);
  });
});

test('formats an offset in whole minutes, and the instant exactly', () => {
  const [label = ''] = gridOf('1d', 'Africa/Monrovia', '1960-01-01T12:00:00Z', '1960-01-01T12:00:00Z');
  expect(label).toMatch(/^1960-01-01T00:00:\d\d-00:4[45]$|^1959-12-31T23:59:\d\d-00:4[45]$/);
  expect(new Date(label).toISOString()).toBe('1960-01-01T00:44:30.000Z');
});

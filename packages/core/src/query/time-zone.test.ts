import { describe, expect, test } from 'vitest';
import { isQuickRun } from '../../test/random.ts';
import { DAY_MS, parseTimeZone, type TimeZone } from './time-zone.ts';

function zoneOf(name: string): TimeZone {
  const zone = parseTimeZone(name);
  if (!zone) throw new Error(`no zone: ${name}`);
  return zone;
}

function startOf(zone: string, date: string): string {
  return new Date(zoneOf(zone).instantOf(Date.parse(date))).toISOString().replace('.000Z', 'Z');
}

describe('parseTimeZone', () => {
  test.each([
    'UTC',
    'GB',
    'NZ',
    'GMT',
    'utc',
    'Europe/Paris',
    'europe/paris',
    'Etc/GMT+5',
    'America/Argentina/Buenos_Aires',
    'EST5EDT',
    'CET',
  ])('accepts %s', (name) => {
    expect(parseTimeZone(name)).toBeDefined();
  });

  test.each([
    '',
    'Mars/Base',
    'Europe/Paris ',
    '+02:00',
    '-05:00',
    '+02',
    'Z',
    'GMT+2',
    'BST',
    'PST',
    'IST',
    'SystemV/PST8',
    'local',
    'x'.repeat(10_000),
    'toString',
  ])('rejects %j', (name) => {
    expect(parseTimeZone(name)).toBeUndefined();
  });
});

describe('offsetAt', () => {
  test.each([
    ['UTC', '2025-07-01T00:00:00Z', 0],
    ['Europe/Paris', '2025-03-30T00:59:59.999Z', 60],
    ['Europe/Paris', '2025-03-30T01:00:00Z', 120],
    ['Europe/Paris', '2025-10-26T00:59:59Z', 120],
    ['Europe/Paris', '2025-10-26T01:00:00Z', 60],
    ['America/New_York', '2025-01-01T00:00:00Z', -300],
    ['Asia/Kathmandu', '2025-01-01T00:00:00Z', 345],
    ['Australia/Lord_Howe', '2025-01-01T00:00:00Z', 660],
    ['Australia/Lord_Howe', '2025-07-01T00:00:00Z', 630],
    ['Africa/Monrovia', '1960-01-01T00:00:00Z', -44.5],
  ])('of %s at %s is %d minutes', (zone, instant, minutes) => {
    expect(zoneOf(zone).offsetAt(Date.parse(instant))).toBe(minutes * 60_000);
  });

  test('does not depend on earlier calls', () => {
    const zone = zoneOf('America/New_York');
    const start = Date.parse('2025-01-01T00:00:00Z');
    for (let hour = 0; hour < 365 * 24; hour += 7) {
      const instant = start + hour * 3_600_000;
      expect(zone.offsetAt(instant)).toBe(zoneOfOneCall.offsetAt(instant));
    }
  });
});

/** Computes an offset in another way: the local time, parsed as UTC. */
const zoneOfOneCall = {
  offsetAt: (instant: number): number => {
    const local = new Date(instant).toLocaleString('sv-SE', { timeZone: 'America/New_York' });
    return Date.parse(`${local.replace(' ', 'T')}Z`) - instant;
  },
};

describe('instantOf', () => {
  test.each([
    ['an ordinary day', 'UTC', '2025-01-01', '2025-01-01T00:00:00Z'],
    ['the day on which clocks go forward', 'Europe/Paris', '2025-03-30', '2025-03-29T23:00:00Z'],
    ['the day after', 'Europe/Paris', '2025-03-31', '2025-03-30T22:00:00Z'],
    ['the day on which clocks go back', 'America/New_York', '2025-11-02', '2025-11-02T04:00:00Z'],
    ['the day after', 'America/New_York', '2025-11-03', '2025-11-03T05:00:00Z'],
    ['a day that begins at 01:00', 'America/Sao_Paulo', '2018-11-04', '2018-11-04T03:00:00Z'],
    ['a day that begins at 01:00', 'Africa/Cairo', '2024-04-26', '2024-04-25T22:00:00Z'],
    ['a day that begins at 00:30', 'America/Toronto', '1919-03-31', '1919-03-31T04:30:00Z'],
    [
      'a day whose midnight comes after 24:00 went back to 23:00',
      'America/Sao_Paulo',
      '2018-02-18',
      '2018-02-18T03:00:00Z',
    ],
    ['a day with two midnights', 'America/Havana', '2024-11-03', '2024-11-03T04:00:00Z'],
    ['a day with two midnights, one before and one after', 'America/St_Johns', '2010-11-07', '2010-11-07T02:30:00Z'],
    ['a day that was skipped', 'Pacific/Apia', '2011-12-30', '2011-12-30T10:00:00Z'],
    ['the day after it', 'Pacific/Apia', '2011-12-31', '2011-12-30T10:00:00Z'],
    ['a day of local mean time', 'Africa/Monrovia', '1960-01-01', '1960-01-01T00:44:30Z'],
    ['06:00 after clocks went forward', 'Europe/Paris', '2025-03-30T06:00Z', '2025-03-30T04:00:00Z'],
    ['a time that the clocks skip', 'Europe/Paris', '2025-03-30T02:30Z', '2025-03-30T01:00:00Z'],
    ['a time that the clocks show twice', 'America/New_York', '2025-11-02T01:30Z', '2025-11-02T05:30:00Z'],
  ])('%s: in %s %s', (_, zone, date, expected) => {
    expect(startOf(zone, date)).toBe(expected);
  });

  test.each([
    'Europe/Paris',
    'America/New_York',
    'America/Sao_Paulo',
    'Africa/Cairo',
    'Australia/Lord_Howe',
    'Asia/Kathmandu',
  ])('in %s returns the first instant of every day of many years', (name) => {
    const zone = zoneOf(name);
    const dayAt = (instant: number): number => Math.floor((instant + zone.offsetAt(instant)) / DAY_MS);
    const first = isQuickRun() ? '2020-01-01' : '1980-01-01';
    for (let day = Date.parse(first) / DAY_MS; day < Date.parse('2030-01-01') / DAY_MS; day++) {
      const start = zone.instantOf(day * DAY_MS);
      expect([dayAt(start - 1) < day, dayAt(start)], new Date(day * DAY_MS).toISOString()).toEqual([true, day]);
    }
  });
});

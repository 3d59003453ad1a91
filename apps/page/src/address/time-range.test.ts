import { expect, test } from 'vitest';
import { parseAddress } from './address.ts';
import { filtersAt, hasEnded, withLast, withRange } from './time-range.ts';

const NOW = Date.UTC(2025, 0, 2);

test('a duration that ends now becomes the start of a call', () => {
  const address = withLast(parseAddress('#/events?event_type=a&start=2020-01-01&end=2020-01-02'), '24h');
  expect(filtersAt(address, NOW)).toEqual([
    ['event_type', 'a'],
    ['start', '2025-01-01T00:00:00.000Z'],
  ]);
  expect(hasEnded(address, NOW)).toBe(false);
});

test.each([
  ['', [['event_type[prefix]', 'quarantine.']]],
  ['event_type=login', [['event_type', 'quarantine.login']]],
  [
    'event_type[prefix]=order.&q=x',
    [
      ['event_type[prefix]', 'quarantine.order.'],
      ['q', 'x'],
    ],
  ],
])('the quarantine shows only quarantined events, by their original types: %j', (query, filters) => {
  expect(filtersAt(parseAddress(`#/quarantine?${query}`), NOW)).toEqual(filters);
});

test('a range replaces the duration', () => {
  const address = withRange(withLast(parseAddress(''), '1h'), NOW, NOW + 500);
  expect(filtersAt(address, NOW)).toEqual([
    ['start', '2025-01-02T00:00:00Z'],
    ['end', '2025-01-02T00:00:00.500Z'],
  ]);
  expect(filtersAt(withLast(address, undefined), NOW)).toEqual([]);
});

test.each([
  ['', false],
  ['end=2025-01-01T23:59:59Z', true],
  ['end=2025-01-02T00:00:00Z', true],
  ['end=2025-01-02T01:00:00%2B00:30', false],
  ['end=2025-01-01', true],
  ['end=2025-01-02', false],
  ['end=2025-01-01&view.last=1h', false],
  ['end=yesterday', false],
])('on 2 January 2025 at midnight, the range of %j has ended: %s', (query, ended) => {
  expect(hasEnded(parseAddress(`#/events?${query}`), NOW)).toBe(ended);
});

test('an unknown duration is ignored', () => {
  expect(filtersAt(parseAddress('#/events?view.last=toString'), NOW)).toEqual([]);
});

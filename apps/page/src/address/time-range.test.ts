import { expect, test } from 'vitest';
import { parseAddress } from './address.ts';
import { filtersAt, isOpenEnded, withLast, withRange } from './time-range.ts';

const NOW = Date.UTC(2025, 0, 2);

test('a duration that ends now becomes the start of a call', () => {
  const address = withLast(parseAddress('#/events?event_type=a&start=2020-01-01&end=2020-01-02'), '24h');
  expect(filtersAt(address, NOW)).toEqual([
    ['event_type', 'a'],
    ['start', '2025-01-01T00:00:00.000Z'],
  ]);
  expect(isOpenEnded(address)).toBe(true);
});

test('a range replaces the duration, and has an end', () => {
  const address = withRange(withLast(parseAddress(''), '1h'), NOW, NOW + 500);
  expect(filtersAt(address, NOW)).toEqual([
    ['start', '2025-01-02T00:00:00Z'],
    ['end', '2025-01-02T00:00:00.500Z'],
  ]);
  expect(isOpenEnded(address)).toBe(false);
  expect(filtersAt(withLast(address, undefined), NOW)).toEqual([]);
});

test('an unknown duration is ignored', () => {
  expect(filtersAt(parseAddress('#/events?view.last=toString'), NOW)).toEqual([]);
});

import { expect, test } from 'vitest';
import { chooseInterval, rangeOfTypes, stack, toHistogram } from './buckets.ts';

const DAY = 86_400_000;

test.each([
  [1_000, '1s'],
  [120_000, '1s'],
  [121_000, '10s'],
  [7 * DAY, '6h'],
  [365 * DAY, '1w'],
  [300 * 365 * DAY, '1y'],
])('a range of %d ms has the interval %s', (length, interval) => {
  expect(chooseInterval({ startMs: 0, endMs: length })).toBe(interval);
});

test('the range of types is that of all their events', () => {
  expect(rangeOfTypes([])).toBeUndefined();
  const types = [
    { event_type: 'a', count: 1, first: '1970-01-01T00:00:01Z', last: '1970-01-01T00:00:01Z' },
    { event_type: 'b', count: 2, first: '1970-01-01T00:00:00Z', last: '1970-01-01T00:00:00.5Z' },
  ];
  expect(rangeOfTypes(types)).toEqual({ startMs: 0, endMs: 1_000 });
});

test('rows are arranged by group, the greatest first and the other types last', () => {
  const [first, second] = ['2025-01-01T00:00:00Z', '2025-01-02T00:00:00Z'];
  const histogram = toHistogram([
    { bucket: first, group: 'a', value: 1 },
    { bucket: first, group: null, value: 50, other: true },
    { bucket: second, group: 'b', value: 5 },
    { bucket: second, group: 'a', value: 2 },
  ]);
  expect(histogram.starts).toEqual([Date.parse(first), Date.parse(second)]);
  expect(histogram.groups).toEqual([
    { name: 'b', counts: [0, 5], total: 5 },
    { name: 'a', counts: [1, 2], total: 3 },
    { name: undefined, counts: [50, 0], total: 50 },
  ]);
  expect(stack(histogram.groups)).toEqual([
    [0, 5],
    [1, 7],
    [51, 7],
  ]);
});

import { expect, test } from 'vitest';
import { ROW_HEIGHT, scrollPositionFor, visibleRows } from './visible-rows.ts';

test.each([
  [0, 0, 320, { first: 0, end: 0 }],
  [5, 0, 320, { first: 0, end: 5 }],
  [100_000, 0, 320, { first: 0, end: 22 }],
  [100_000, 1_000 * ROW_HEIGHT, 320, { first: 988, end: 1_022 }],
  [100, 10_000 * ROW_HEIGHT, 320, { first: 100, end: 100 }],
])(
  'of %d rows, at %d in a window of %d pixels, a few more than the visible ones are shown',
  (count, top, height, range) => {
    expect(visibleRows(count, top, height)).toEqual(range);
  },
);

test('a row is scrolled to only if it is not visible', () => {
  expect(scrollPositionFor(3, 0, 320)).toBe(0);
  expect(scrollPositionFor(20, 0, 320)).toBe(22 * ROW_HEIGHT - 320);
  expect(scrollPositionFor(2, 1_000, 320)).toBe(2 * ROW_HEIGHT);
});

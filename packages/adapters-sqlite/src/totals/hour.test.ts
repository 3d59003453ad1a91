import { describe, expect, test } from 'vitest';
import { divideRange, hourOf } from './hour.ts';

const HOUR = 3_600_000_000_000n;

describe('hourOf', () => {
  test.each([
    [0n, 0n],
    [HOUR - 1n, 0n],
    [HOUR, 1n],
    [-1n, -1n],
    [-HOUR, -1n],
    [-HOUR - 1n, -2n],
    [2n ** 63n - 1n, 2_562_047n],
  ])('returns the hour of %i', (instant, hour) => {
    expect(hourOf(instant)).toBe(hour);
  });
});

describe('divideRange', () => {
  test.each([
    ['whole hours', -HOUR, 2n * HOUR, { from: -1n, behind: 2n }, []],
    ['an empty range', HOUR, HOUR, undefined, []],
    ['a part of an hour', 1n, 2n, undefined, [[1n, 2n]]],
    ['parts of two hours', HOUR - 1n, HOUR + 1n, undefined, [[HOUR - 1n, HOUR + 1n]]],
    [
      'an hour and both edges',
      -1n,
      HOUR + 1n,
      { from: 0n, behind: 1n },
      [
        [-1n, 0n],
        [HOUR, HOUR + 1n],
      ],
    ],
    ['an hour and its end', 0n, HOUR + 1n, { from: 0n, behind: 1n }, [[HOUR, HOUR + 1n]]],
  ])('divides %s', (_, from, behind, hours, edges) => {
    expect(divideRange({ from, behind })).toEqual({ hours, edges: edges.map(([a, b]) => ({ from: a, behind: b })) });
  });
});

import { describe, expect, test } from 'vitest';
import { resultOf } from './result.ts';
import type { Row } from './scenario.ts';

const ROW: Row = {
  what: 'work',
  ours: [10, 40, 30],
  limit: { what: 'less work', figures: [20, 50, 40] },
  unit: 'events/s',
  target: { atLeast: 0.75 },
};
const ALONE: Row = { what: 'size', ours: [41, 39, 40], unit: 'MB', target: { atMost: 40 } };

describe('a result', () => {
  test('has the medians of both sides, and their least and greatest figures', () => {
    expect(resultOf(ROW).ours).toEqual({ median: 30, least: 10, greatest: 40 });
    expect(resultOf(ROW).limit).toEqual({ what: 'less work', median: 40, least: 20, greatest: 50 });
  });

  test('has the ratios of the rounds, not that of the medians', () => {
    expect(resultOf({ ...ROW, ours: [10, 40, 20] }).ratio).toEqual({ median: 0.5, least: 0.5, greatest: 0.8 });
  });

  test('is met if the median of the ratios reaches the target', () => {
    expect(resultOf(ROW).isMet).toBe(true);
    expect(resultOf({ ...ROW, target: { atLeast: 0.76 } }).isMet).toBe(false);
    expect(resultOf({ ...ROW, target: { atMost: 0.75 } }).isMet).toBe(true);
    expect(resultOf({ ...ROW, target: { atMost: 0.74 } }).isMet).toBe(false);
  });

  test('compares the figure with the target if there is no limit', () => {
    expect(resultOf(ALONE)).toMatchObject({ limit: null, ratio: null, isMet: true });
    expect(resultOf({ ...ALONE, ours: [41] }).isMet).toBe(false);
  });
});

import { describe, expect, test } from 'vitest';
import { resultOf } from './result.ts';
import type { Row } from './scenario.ts';

const ROW: Row = {
  what: 'work',
  ours: [10, 40, 30],
  other: { what: 'less work', figures: [20, 50, 40] },
  unit: 'events/s',
};

describe('a result', () => {
  test('has the medians of both sides, and their least and greatest figures', () => {
    expect(resultOf(ROW).ours).toEqual({ median: 30, least: 10, greatest: 40 });
    expect(resultOf(ROW).other).toEqual({ what: 'less work', median: 40, least: 20, greatest: 50 });
  });

  test('has the ratios of the rounds, not that of the medians', () => {
    expect(resultOf({ ...ROW, ours: [10, 40, 20] }).ratio).toEqual({ median: 0.5, least: 0.5, greatest: 0.8 });
  });

  test('has no ratio if there is nothing to compare with', () => {
    expect(resultOf({ what: 'size', ours: [41, 39, 40], unit: 'MB' })).toMatchObject({ other: null, ratio: null });
  });
});

import { describe, expect, test } from 'vitest';
import { withRandom } from '../../test/random.ts';
import { createNumberList } from './number-list.ts';

const NUMBERS = [0, 1, -1, 0.1, -0.1, 5e-324, -5e-324, 2 ** 53, -(2 ** 60), Number.MAX_VALUE, -Number.MAX_VALUE];

function listOf(numbers: readonly number[]) {
  const list = createNumberList();
  for (const number of numbers) list.add(number);
  return list;
}

describe('createNumberList', () => {
  test.each([1, 2, 11, 4_096, 4_097, 20_000])('selects each of %d numbers by its rank', (count) => {
    withRandom((random) => {
      const numbers = Array.from({ length: count }, () =>
        random.below(3) === 0 ? random.pick(NUMBERS) : (random.below(2_000) - 1_000) / 8,
      );
      const list = listOf(numbers);
      const sorted = numbers.toSorted((a, b) => a - b);
      for (let rank = 1; rank <= count; rank += Math.ceil(count / 100))
        expect(list.ofRank(rank)).toBe(sorted[rank - 1]);
      expect(list.ofRank(count)).toBe(sorted.at(-1));
    });
  });

  test('accepts numbers after a selection', () => {
    const list = listOf([3, 1]);
    expect(list.ofRank(1)).toBe(1);
    list.add(0);
    expect([list.ofRank(1), list.ofRank(2), list.ofRank(3)]).toEqual([0, 1, 3]);
  });
});

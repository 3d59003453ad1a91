import { describe, expect, test } from 'vitest';
import { withRandom } from '../../test/random.ts';
import { comparePositions, type EventPosition } from './event-order.ts';

const at = (epochNanoseconds: bigint, lastDigit: string): EventPosition => ({
  epochNanoseconds,
  id: `017f22e2-79b0-7cc3-98c4-dc0c0c07398${lastDigit}`,
});

describe('comparePositions', () => {
  test('orders events by ascending time, ties by id as text', () => {
    const ordered = [at(-2n, 'f'), at(-1n, '0'), at(0n, '9'), at(0n, 'a'), at(1n, '0'), at(10n, '0')];
    withRandom((random) => {
      for (let i = 0; i < 100; i++) {
        const shuffled = ordered.map((position) => ({ position, key: random.below(2 ** 32) }));
        shuffled.sort((a, b) => a.key - b.key);
        expect(shuffled.map(({ position }) => position).sort(comparePositions)).toEqual(ordered);
      }
    });
  });

  test('distinguishes times that differ by less than a double can represent', () => {
    expect(comparePositions(at(9_223_372_036_854_775_806n, 'f'), at(9_223_372_036_854_775_807n, '0'))).toBeLessThan(0);
  });

  test('returns zero only for equal positions, and the opposite sign for swapped arguments', () => {
    expect(comparePositions(at(5n, '1'), at(5n, '1'))).toBe(0);
    expect(comparePositions(at(5n, '2'), at(5n, '1'))).toBeGreaterThan(0);
    expect(comparePositions(at(5n, '1'), at(5n, '2'))).toBeLessThan(0);
    expect(comparePositions(at(6n, '1'), at(5n, '2'))).toBeGreaterThan(0);
  });
});

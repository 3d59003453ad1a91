import { describe, expect, test } from 'vitest';
import { cpuMs } from '../../test/cpu-time.ts';
import { isQuickRun } from '../../test/random.ts';
import type { JsonScalar } from '../query/payload-condition.ts';
import { createScalarMap } from './scalar-map.ts';

describe('createScalarMap', () => {
  test('distinguishes keys by type and value', () => {
    const keys: readonly JsonScalar[] = [null, 'null', true, 'true', 1, '1', 0, '0', '', false];
    const map = createScalarMap<number>();
    for (const [index, key] of keys.entries()) map.set(key, index);
    expect(map.size).toBe(keys.length);
    expect(keys.map((key) => map.get(key))).toEqual([...keys.keys()]);
    map.set(1, 100);
    expect([map.size, map.get(1), map.get('1'), map.get(2)]).toEqual([keys.length, 100, 5, undefined]);
  });

  test.each([
    ['integers', (index: number) => index],
    ['negative integers', (index: number) => -index],
    ['fractions', (index: number) => index / 3],
    ['strings', (index: number) => `user-${index}`],
  ])('stores 100,000 %s', (_, keyOf) => {
    const map = createScalarMap<number>();
    const indexes = Array.from({ length: 100_000 }, (_, index) => index);
    for (const index of indexes) map.set(keyOf(index), index);
    for (const index of indexes) map.set(keyOf(index), (map.get(keyOf(index)) ?? Number.NaN) + 1);
    expect(map.size).toBe(100_000);
    const entries = new Map(map.entries());
    expect(entries.size).toBe(100_000);
    expect(indexes.every((index) => entries.get(keyOf(index)) === index + 1)).toBe(true);
  });

  test.skipIf(isQuickRun())('never blocks for long, with any number of keys', () => {
    // A single Map moves all of its entries when it doubles its capacity.
    expect(longestMs(createScalarMap), 'milliseconds for a thousand').toBeLessThan(longestMs(() => new Map()) / 2);
  });

  /** Returns the longest time for adding a thousand keys, up to 600,000 keys. */
  function longestMs(create: () => { set(key: number, value: true): unknown }): number {
    const times: number[] = [];
    // Disturbances can only increase a measurement.
    for (let round = 0; round < 3; round++) {
      const map = create();
      for (let thousand = 0; thousand < 600; thousand++) {
        const begin = cpuMs();
        for (let index = 0; index < 1_000; index++) map.set(thousand * 1_000 + index, true);
        times[thousand] = Math.min(cpuMs() - begin, times[thousand] ?? Number.POSITIVE_INFINITY);
      }
    }
    return Math.max(...times);
  }
});

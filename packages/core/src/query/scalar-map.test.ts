import { describe, expect, test } from 'vitest';
import type { JsonScalar } from './payload-condition.ts';
import { createScalarMap } from './scalar-map.ts';

describe('createScalarMap', () => {
  test('tells keys apart by type and value', () => {
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
  ])('holds 100,000 %s as it holds one', (_, keyOf) => {
    const map = createScalarMap<number>();
    const indexes = Array.from({ length: 100_000 }, (_, index) => index);
    for (const index of indexes) map.set(keyOf(index), index);
    for (const index of indexes) map.set(keyOf(index), (map.get(keyOf(index)) ?? Number.NaN) + 1);
    expect(map.size).toBe(100_000);
    const entries = new Map(map.entries());
    expect(entries.size).toBe(100_000);
    expect(indexes.every((index) => entries.get(keyOf(index)) === index + 1)).toBe(true);
  });

  test('never works for long at a time, however many keys there are', () => {
    const map = createScalarMap<true>();
    let longest = 0;
    for (let block = 0; block < 300; block++) {
      const keys = Array.from({ length: 1_000 }, (_, index) => `key-${block}-${index}`);
      const begin = process.threadCpuUsage();
      for (const key of keys) map.set(key, true);
      const { user, system } = process.threadCpuUsage(begin);
      longest = Math.max(longest, (user + system) / 1_000);
    }
    // A Map of so many strings stops for 20 ms when it grows.
    expect(longest, 'milliseconds for a thousand').toBeLessThan(12);
  });
});

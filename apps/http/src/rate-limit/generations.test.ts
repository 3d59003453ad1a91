import { expect, test } from 'vitest';
import { createGenerations } from './generations.ts';

test('keeps at least the most recently read half of its maximum size', () => {
  const map = createGenerations<number>(20);
  for (let i = 0; i < 100; i++) {
    map.set(`key ${i}`, i);
    expect(map.get('key 0')).toBe(0); // read each time
    expect(map.get(`key ${i - 3}`)).toBe(i < 3 ? undefined : i - 3);
  }
  const kept = Array.from({ length: 100 }, (_, i) => map.get(`key ${i}`)).filter((value) => value !== undefined);
  expect(kept.length).toBeGreaterThanOrEqual(10);
  expect(kept.length).toBeLessThanOrEqual(20);
});

test('replaces an entry that is set again, and deletes entries', () => {
  const map = createGenerations<number>(4);
  map.set('a', 1);
  for (let i = 0; i < 10; i++) map.set('b', i);
  expect([map.get('a'), map.get('b')]).toEqual([1, 9]);
  map.set('c', 3); // 'a' and 'b' are the older half now
  expect([map.delete('a'), map.delete('a'), map.get('a')]).toEqual([true, false, undefined]);
  expect([map.delete('c'), map.get('c'), map.get('b')]).toEqual([true, undefined, 9]);
});

test('deletes an entry from both halves', () => {
  const map = createGenerations<number>(2);
  map.set('a', 1);
  map.set('b', 2);
  expect(map.get('a')).toBe(1);
  map.set('a', 3);
  expect(map.delete('a')).toBe(true);
  expect(map.get('a')).toBeUndefined();
});

import { expect, test } from 'vitest';
import { formatPath, formatValue, parsePath, samplePaths, valuesAt } from './payload-path.ts';

test.each([
  [['user', 'id'], 'user.id'],
  [['a.b', 'c'], '"a.b".c'],
  [['a"b'], '"a\\"b"'],
  [['x[0]'], '"x[0]"'],
])('the path %j is %s', (names, path) => {
  expect(formatPath(names)).toBe(path);
  expect(parsePath(path)).toEqual(names);
});

test.each(['', 'a..b', 'a[0]', '"a'])('%j is not a path', (text) => {
  expect(parsePath(text)).toBeUndefined();
});

test.each([
  [42, '42'],
  ['42', '"42"'],
  ['4.2e1', '"4.2e1"'],
  [true, 'true'],
  ['true', '"true"'],
  [null, 'null'],
  ['pro', 'pro'],
  ['"pro"', '"\\"pro\\""'],
  ['a, b', 'a, b'],
])('the value %j is written %s', (value, text) => {
  expect(formatValue(value)).toBe(text);
});

test('a value over 1,000 characters cannot be a filter', () => {
  expect(formatValue('x'.repeat(1_000))).toBe('x'.repeat(1_000));
  expect(formatValue('x'.repeat(1_001))).toBeUndefined();
});

test('paths are sampled up to a number', () => {
  const payloads = [
    { a: 1, b: { c: ['x', { d: 1 }] } },
    { e: null, a: 2 },
  ];
  expect(samplePaths(payloads, 10)).toEqual(['a', 'b.c', 'b.c.d', 'e']);
  expect(samplePaths(payloads, 2)).toEqual(['a', 'b.c']);
});

test('values at a path include those of arrays', () => {
  const payload = { lines: [{ sku: 'x' }, { sku: ['y', 'z'] }, 1] };
  expect(valuesAt(payload, ['lines', 'sku'])).toEqual(['x', 'y', 'z']);
  expect(valuesAt(payload, ['none'])).toEqual([]);
  expect(valuesAt({ toString: 1 }, ['constructor'])).toEqual([]);
});

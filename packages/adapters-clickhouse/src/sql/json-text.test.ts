import { describe, expect, test } from 'vitest';
import { toJsonText } from './json-text.ts';

describe('toJsonText', () => {
  test.each([
    [2 ** 60, '1.152921504606847e+18'],
    [-(2 ** 63), '-9.223372036854776e+18'],
    [1e20, '1e+20'],
    [123_456_789_012_345_680_000, '1.2345678901234568e+20'],
  ])('writes the large integer %d with an exponent', (number, text) => {
    expect(toJsonText({ a: [number] })).toBe(`{"a":[${text}]}`);
    expect(JSON.parse(text)).toBe(number);
  });

  test.each([
    [{}],
    [{ a: [1, -1.5, 1e21, 1e-7, 0.000_001_234_567_890_123_456_7, 2 ** 53] }],
    [{ '1234567890123456789012': '1234567890123456789012', b: 'a"1234567890123456789012\\"', c: '\\' }],
  ])('writes other values as JSON.stringify does: %j', (value) => {
    expect(toJsonText(value)).toBe(JSON.stringify(value));
  });
});

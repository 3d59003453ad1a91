import { describe, expect, test } from 'vitest';
import { hasAtMostCodePoints, isStorable, shorten } from './text.ts';

describe('hasAtMostCodePoints', () => {
  test.each([
    ['', 0, true],
    ['a', 0, false],
    ['aa', 2, true],
    ['aaa', 2, false],
    ['😀😀', 2, true],
    ['😀😀😀', 2, false],
    ['😀aa', 2, false],
    ['e\u0301', 1, false],
  ])('counts %o as code points', (text, count, expected) => {
    expect(hasAtMostCodePoints(text, count)).toBe(expected);
  });
});

describe('isStorable', () => {
  test.each(['', 'a', '😀', '\u0001', '\ufffd', '\uffff', '\\u0000'])('returns true for %o', (text) => {
    expect(isStorable(text)).toBe(true);
  });

  test.each(['\0', 'a\0b', '\ud83d', '\ude00', '\ude00\ud83d', 'a\ud800'])('returns false for %o', (text) => {
    expect(isStorable(text)).toBe(false);
  });
});

describe('shorten', () => {
  test('keeps a name of 100 characters and shortens a longer one', () => {
    expect(shorten('x'.repeat(100))).toBe('x'.repeat(100));
    expect(shorten('x'.repeat(101))).toBe(`${'x'.repeat(100)}…`);
    expect(shorten('x'.repeat(101), 101)).toBe('x'.repeat(101));
  });

  test('does not split a surrogate pair', () => {
    expect(shorten(`x${'😀'.repeat(60)}`)).toBe(`x${'😀'.repeat(49)}\ufffd…`);
  });
});

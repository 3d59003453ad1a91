import { describe, expect, test } from 'vitest';
import { rangeOfPrefix } from './code-point-range.ts';

describe('rangeOfPrefix', () => {
  test.each([
    ['log', 'log', 'loh'],
    ['a%_', 'a%_', 'a%`'],
    ['\ud7ff', '\ud7ff', '\ue000'],
    ['\uffff', '\uffff', '\u{10000}'],
    ['a\u{10ffff}', 'a\u{10ffff}', 'b'],
    ['', '', '\u{10ffff}'.repeat(256)],
    ['\u{10ffff}', '\u{10ffff}', '\u{10ffff}'.repeat(256)],
  ])('is the range of the texts with the prefix %j', (prefix, first, end) => {
    expect(rangeOfPrefix(prefix)).toEqual({ first, end });
  });

  test.each(['a\ud83d', 'a\0', 'a\0b'])('ignores the part of the prefix %j that no type can have', (prefix) => {
    expect(rangeOfPrefix(prefix)).toEqual({ first: 'a', end: 'b' });
  });
});

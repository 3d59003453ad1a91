import { describe, expect, test } from 'vitest';
import { caseVariantsOf, compileContainsIgnoringCase, hasVariantBeyondAscii } from './ignoring-case.ts';

/** Every character except surrogates. */
const CHARACTERS = Array.from({ length: 0x11_0000 }, (_, code) => code)
  .filter((code) => code < 0xd800 || code > 0xdfff)
  .map((code) => String.fromCodePoint(code));

describe('compileContainsIgnoringCase', () => {
  test.each([
    ['a longer text', 'STRA', 'Straße'],
    ['an umlaut', 'ÄRGER', 'kein ärger'],
    ['capital sharp s', 'ẞ', 'ß'],
    ['the kelvin sign', 'K', '\u212a'],
    ['long s', 'S', 'ſ'],
    ['the angstrom sign', 'å', '\u212b'],
    ['the micro sign', 'μ', 'µ'],
    ['three forms of sigma', 'Σ', 'ς'],
    ['a title case digraph', 'ǆ', 'ǅ'],
    ['Cyrillic', 'привет', 'ПРИВЕТ'],
    ['Cherokee', 'Ꭰ', 'ꭰ'],
    ['a letter beyond the basic plane', '\u{10400}', '\u{10428}'],
    ['an empty text', '', ''],
    ['an empty text in another', '', 'a'],
    ['characters that are special in patterns', '.*[a]\\{2}(^$|)/-+?', 'x.*[A]\\{2}(^$|)/-+?x'],
    ['line ends', 'a\r\nb', 'A\r\nB'],
    ['an emoji', '😀', 'x😀'],
  ])('equates %s', (_, text, value) => {
    expect(compileContainsIgnoringCase(text)(value)).toBe(true);
    if (value.length === text.length) expect(compileContainsIgnoringCase(value)(text)).toBe(true);
  });

  test.each([
    ['sharp s and two letters', 'ss', 'ß'],
    ['a ligature and two letters', 'fi', 'ﬁ'],
    ['i and dotted capital I', 'i', 'İ'],
    ['I and dotless i', 'I', 'ı'],
    ['a letter and one with an accent', 'e', 'é'],
    ['a composed and a decomposed letter', 'é', 'e\u0301'],
    ['half of an emoji', '\ud83d', '😀'],
    ['a pattern', 'a.c', 'abc'],
    ['a longer text', 'abc', 'ab'],
  ])('distinguishes %s', (_, text, value) => {
    expect(compileContainsIgnoringCase(text)(value)).toBe(false);
  });
});

describe('caseVariantsOf', () => {
  test.each([
    ['a', ['A', 'a']],
    ['K', ['K', 'k', '\u212a']],
    ['s', ['S', 's', 'ſ']],
    ['σ', ['Σ', 'ς', 'σ']],
    ['İ', ['İ']],
    ['1', ['1']],
    ['日', ['日']],
  ])('of %s are %j', (character, variants) => {
    expect(caseVariantsOf(character)).toEqual(variants);
  });

  test('are all characters that the comparison equates', () => {
    const cased = CHARACTERS.filter((character) => /\p{Changes_When_Casemapped}/u.test(character));
    const others = CHARACTERS.filter((character) => !/\p{Changes_When_Casemapped}/u.test(character)).join('');
    // A class ignores case as a character does. Thousands of single patterns would need minutes.
    const matchesSomeOther = (characters: string) => {
      const ofCodes = [...characters].map((character) => `\\u{${character.codePointAt(0)?.toString(16)}}`).join('');
      return new RegExp(`[${ofCodes}]`, 'iu').test(others);
    };
    expect(matchesSomeOther(cased.join(''))).toBe(false);
    expect(matchesSomeOther(`${cased.join('')}1`), 'with a digit').toBe(true);
    expect(cased.every((character) => caseVariantsOf(character).includes(character))).toBe(true);
  });
});

test('hasVariantBeyondAscii is true for characters with such a variant', () => {
  for (const character of CHARACTERS.slice(0, 0x600)) {
    const hasOne = caseVariantsOf(character).some((variant) => variant !== character && variant > '\x7f');
    const isCasedItself = character > '\x7f' && /\p{Changes_When_Casemapped}/u.test(character);
    expect(hasVariantBeyondAscii(character), character).toBe(hasOne || isCasedItself);
  }
});

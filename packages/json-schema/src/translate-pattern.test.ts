import { RE2JS } from 're2js';
import { describe, expect, test } from 'vitest';
import { translatePattern } from './translate-pattern.ts';

/** Characters that the classes of ECMAScript and RE2 treat differently, and ordinary ones. */
const CHARACTERS = [
  ...'abzAZ09_-^]\\/ .x\n\r\t\v\f',
  ...'\u0000\u0008\u00a0\u0085\u00e9\u1680\u2000\u200b\u2028\u2029\u202f\u3000\ufeff\u0660\u03b1\u0391\u{1f600}',
];

/** Matches with both engines, for each character alone and for some texts. */
function expectSameMatches(pattern: string): void {
  const expected = new RegExp(pattern, 'u');
  const translated = RE2JS.compile(translatePattern(pattern));
  const texts = ['', 'ab', 'a\nb', '\n', 'aa bb', 'foo', 'a-b', '😀x', ...CHARACTERS];
  const results = (matches: (text: string) => boolean) => texts.filter(matches);
  expect(results((text) => translated.test(text))).toEqual(results((text) => expected.test(text)));
}

describe('translatePattern', () => {
  test.each([
    '^a',
    'b$',
    '^$',
    '.',
    '^.$',
    String.raw`\s`,
    String.raw`\S`,
    String.raw`[\s]`,
    String.raw`[\S]`,
    String.raw`[^\s]`,
    String.raw`[^\S]`,
    String.raw`[\s\d]`,
    String.raw`[\Sa]`,
    String.raw`\d\b`,
    String.raw`\D`,
    String.raw`\w`,
    String.raw`\W`,
    String.raw`\bb`,
    String.raw`\Bb`,
    String.raw`[\b]`,
    String.raw`\v|\f|\n`,
    '[]',
    '[^]',
    '[[]',
    String.raw`[\]\\\-^]`,
    '[^^]',
    '[a-]',
    String.raw`\/`,
    String.raw`[\/]`,
    '/',
    String.raw`\.`,
    String.raw`\u00e9`,
    String.raw`[\u00e0-\u00ff]`,
    String.raw`\xe9`,
    String.raw`\u{1f600}`,
    String.raw`\ud83d\ude00`,
    '^😀.$',
    '[😀]',
    String.raw`\0`,
    String.raw`\cJ`,
    String.raw`\p{L}`,
    String.raw`\p{Letter}`,
    String.raw`\P{Lu}`,
    String.raw`[\p{Lu}\p{Nd}]`,
    String.raw`\p{Script=Greek}`,
    String.raw`\p{gc=Ll}`,
    '(a)(b)',
    '(?:a|b){2}',
    '(?<first>a)b',
    'a{2}',
    'a{1,}?b',
    '^(a+)+$',
    '[[:alpha:]',
    String.raw`\$\^\(\)\[\]\{\}\|\*\+\?`,
  ])('%s matches the same texts', (pattern) => expectSameMatches(pattern));

  test.each([
    '(',
    'a**',
    String.raw`\a`,
    String.raw`\Qa\E`,
    '[[:alpha:]]',
    '(?=a)',
    '(?!a)',
    '(?<=a)b',
    '(?<!a)b',
    '(?i:a)',
    String.raw`(a)\1`,
    String.raw`(?<n>a)\k<n>`,
    String.raw`\ud800`,
    String.raw`\p{Emoji}`,
    String.raw`\p{sc=No_Such}`,
  ])('rejects %s', (pattern) => {
    expect(() => RE2JS.compile(translatePattern(pattern))).toThrow(Error);
  });
});

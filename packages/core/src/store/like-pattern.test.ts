import { expect, test } from 'vitest';
import { type Random, roundsOf, withRandom } from '../../test/random.ts';
import { compileContainsIgnoringCase } from '../query/ignoring-case.ts';
import { likePatternOf } from './like-pattern.ts';

test.each([
  ['login', '%login%'],
  ['100%', '%100\\%%'],
  ['a_b\\', '%a\\_b\\\\%'],
  ['Kiosk', '%_io__%'],
  ['Éclair', '%_clair%'],
  ['日本 😀', '%日本 😀%'],
  ['', '%%'],
])('the pattern of %j is %j', (text, pattern) => {
  expect(likePatternOf(text)).toBe(pattern);
});

test('every value that contains a text matches its pattern', () => {
  withRandom((random) => {
    let contained = 0;
    for (let i = 0; i < roundsOf(5_000); i++) {
      const [text, value] = [randomText(random, 3), randomText(random, 6)];
      if (!compileContainsIgnoringCase(text)(value)) continue;
      contained++;
      expect(isLike(value, likePatternOf(text)), JSON.stringify([text, value])).toBe(true);
    }
    expect(contained).toBeGreaterThan(100);
  });
});

/** LIKE that ignores the case of ASCII letters. */
function isLike(value: string, pattern: string): boolean {
  const lower = (text: string) => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  const parts = [...lower(pattern).matchAll(/\\(.)|(.)/gsu)].map(([, escaped, plain = '']) => {
    if (escaped === undefined && plain === '%') return '.*';
    return escaped === undefined && plain === '_' ? '.' : `\\u{${(escaped ?? plain).codePointAt(0)?.toString(16)}}`;
  });
  return new RegExp(`^${parts.join('')}$`, 'su').test(lower(value));
}

function randomText(random: Random, maxLength: number): string {
  const characters = ['a', 'A', 's', 'S', 'ſ', 'K', '\u212a', 'é', 'É', '%', '_', '\\', '\n', '😀', '日'];
  return Array.from({ length: random.below(maxLength + 1) }, () => random.pick(characters)).join('');
}

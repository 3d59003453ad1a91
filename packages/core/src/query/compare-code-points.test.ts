import { Buffer } from 'node:buffer';
import { describe, expect, test } from 'vitest';
import { type Random, roundsOf, withRandom } from '../../test/random.ts';
import { compareCodePoints } from './compare-code-points.ts';

/** The code points around each place where the orders of UTF-16, UTF-8 and code points differ. */
const CODE_POINTS = [
  0x01, 0x41, 0x61, 0x7f, 0x80, 0x7ff, 0x800, 0xd7ff, 0xe000, 0xfffd, 0xffff, 0x1_0000, 0x1_f600, 0x10_ffff,
];

function randomText(random: Random): string {
  return String.fromCodePoint(...Array.from({ length: random.below(6) }, () => random.pick(CODE_POINTS)));
}

describe('compareCodePoints', () => {
  test.each([
    ['', ''],
    ['a', 'a'],
    ['😀', '😀'],
  ])('returns zero for %o and %o', (a, b) => {
    expect(compareCodePoints(a, b)).toBe(0);
  });

  test.each([
    ['', 'a'],
    ['a', 'b'],
    ['a', 'aa'],
    ['Z', 'a'],
    ['10', '9'],
    ['a', 'é'],
    ['e\u0301', 'é'],
    ['\uffff', '😀'],
    ['\ue000', '\u{10000}'],
    ['\ud7ff', '\ue000'],
    ['😀', '😀a'],
    ['😀', '😁'],
    ['\u{1f600}', '\u{10ffff}'],
  ])('orders %o before %o', (a, b) => {
    expect(compareCodePoints(a, b)).toBeLessThan(0);
    expect(compareCodePoints(b, a)).toBeGreaterThan(0);
  });

  test('agrees with the order of the UTF-8 bytes', () => {
    withRandom((random) => {
      for (let i = 0; i < roundsOf(20_000); i++) {
        const [a, b] = [randomText(random), randomText(random)];
        const expected = Buffer.compare(Buffer.from(a), Buffer.from(b));
        expect(Math.sign(compareCodePoints(a, b)), `${JSON.stringify(a)} ${JSON.stringify(b)}`).toBe(expected);
      }
    });
  });
});

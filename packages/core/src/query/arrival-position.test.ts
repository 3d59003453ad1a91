import { describe, expect, test } from 'vitest';
import { withRandom } from '../../test/random.ts';
import { isInvalidCursorError } from '../errors.ts';
import { decodePosition, encodePosition } from './arrival-position.ts';

const STORE = '0123456789abcdef0123456789abcdef';
const OTHER = 'f123456789abcdef0123456789abcdef';

function refusalOf(position: string): string {
  try {
    decodePosition(position, STORE);
  } catch (error) {
    if (isInvalidCursorError(error)) return error.message;
    throw error;
  }
  return 'accepted';
}

describe('a position', () => {
  test('decodes to the encoded sequence, of any size', () => {
    withRandom((random) => {
      for (const max of [0n, 1n, 2n ** 63n - 1n, 2n ** 195n]) {
        const sequence = random.between(0n, max);
        expect(decodePosition(encodePosition(STORE, sequence), STORE)).toBe(sequence);
      }
    });
  });

  test('is safe in a URL', () => {
    expect(encodePosition(STORE, 2n ** 195n)).toMatch(/^[0-9a-z-]+$/);
  });

  test('is rejected for another store, with the reason', () => {
    expect(refusalOf(encodePosition(OTHER, 5n))).toMatch(/another store/);
  });

  test('is rejected if a character is missing or changed', () => {
    const position = encodePosition(STORE, 123_456_789n);
    for (let index = 0; index < position.length; index++) {
      const [before, after] = [position.slice(0, index), position.slice(index + 1)];
      expect(refusalOf(before + after), `without ${index}`).toMatch(/damaged/);
      expect(refusalOf(`${before}${position[index] === '7' ? '8' : '7'}${after}`), `changed ${index}`).toMatch(
        /damaged/,
      );
    }
  });

  test.each([
    '',
    'now ',
    '1-abcdefg-0-00000000000000000000000000000000',
    'a1-',
    `a1-0000000-${'z'.repeat(5_000)}-${STORE}`,
  ])('rejects text that is not a position: %s', (text) => {
    expect(refusalOf(text)).toMatch(/damaged, or is a cursor/);
  });
});

import { hasVariantBeyondAscii } from '../query/ignoring-case.ts';

/**
 * Returns a pattern for SQL's LIKE, with backslash as escape, that every value matches that contains a text, ignoring case.
 * LIKE must ignore the case of ASCII letters. It can match other values too, because an underscore stands for each character
 * that has a variant outside of ASCII.
 */
export function likePatternOf(text: string): string {
  const characters = [...text].map((character) => {
    if (hasVariantBeyondAscii(character)) return '_';
    return character === '%' || character === '_' || character === '\\' ? `\\${character}` : character;
  });
  return `%${characters.join('')}%`;
}

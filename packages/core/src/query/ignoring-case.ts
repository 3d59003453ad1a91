/*
 * Text compared without regard to case, as Unicode simple case folding defines it: characters that fold to the same character
 * are equal. A character never equals several, so `ß` equals `ẞ` but not `ss`, and accents count. Regular expressions with the
 * flags i and u fold in this way (ECMA-262, Canonicalize).
 */

const SYNTAX_CHARACTER = /[\\^$.*+?()[\]{}|/]/g;
/** True of all characters that can have variants: those that change when case is mapped. */
const CASED = /\p{Changes_When_Casemapped}/u;
/** There are no letters with case above. */
const LAST_CASED = 0x1_ffff;
const FIRST_SURROGATE = 0xd800;
const AFTER_SURROGATES = 0xe000;

/** Returns a function that is true for values that contain a text, ignoring case. */
export function compileContainsIgnoringCase(text: string): (value: string) => boolean {
  const pattern = patternOf(text, 'iu');
  return (value) => pattern.test(value);
}

/** Returns the characters that equal a character if case is ignored, including itself. */
export function caseVariantsOf(character: string): readonly string[] {
  if (!CASED.test(character)) return [character];
  cased ??= findCased();
  return cased.match(patternOf(character, 'giu')) ?? [];
}

/** True if a character equals one outside of ASCII if case is ignored, such as `k`, which equals the kelvin sign. */
export function hasVariantBeyondAscii(character: string): boolean {
  return character <= '\x7f' ? /[ks]/i.test(character) : CASED.test(character);
}

function patternOf(text: string, flags: string): RegExp {
  return new RegExp(text.replace(SYNTAX_CHARACTER, '\\$&'), flags);
}

/** All cased characters. Found when they are needed for the first time, because that requires milliseconds. */
let cased: string | undefined;

function findCased(): string {
  let found = '';
  for (let code = 0; code <= LAST_CASED; code = code + 1 === FIRST_SURROGATE ? AFTER_SURROGATES : code + 1) {
    const character = String.fromCodePoint(code);
    if (CASED.test(character)) found += character;
  }
  return found;
}

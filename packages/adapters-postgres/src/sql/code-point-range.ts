/** The texts from `first` up to, but not including, `end`, in code point order. */
export interface TextRange {
  readonly first: string;
  readonly end: string;
}

const LAST_CODE_POINT = 0x10_ffff;
const FIRST_SURROGATE = 0xd800;
const AFTER_SURROGATES = 0xe000;
/** Sorts after each event type, because it is longer than the maximum length of a type. */
const AFTER_ALL = String.fromCodePoint(LAST_CODE_POINT).repeat(256);

/**
 * Returns the range of the event types with a prefix. The range contains other types if the prefix has a character that no
 * type has, such as a lone surrogate.
 */
export function rangeOfPrefix(prefix: string): TextRange {
  const invalid = prefix.search(/[\p{Cs}\0]/u);
  const first = invalid === -1 ? prefix : prefix.slice(0, invalid);
  return { first, end: endOf([...first]) };
}

/** Returns the least text after all texts that start with the characters. */
function endOf(characters: readonly string[]): string {
  for (let length = characters.length; length > 0; length--) {
    const last = characters[length - 1]?.codePointAt(0) ?? LAST_CODE_POINT;
    if (last === LAST_CODE_POINT) continue;
    const next = last + 1 === FIRST_SURROGATE ? AFTER_SURROGATES : last + 1;
    return characters.slice(0, length - 1).join('') + String.fromCodePoint(next);
  }
  return AFTER_ALL;
}

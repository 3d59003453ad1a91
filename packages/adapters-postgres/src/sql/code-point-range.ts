/** The texts from the first up to, but not including, the end; by code points. */
export interface TextRange {
  readonly first: string;
  readonly end: string;
}

const LAST_CODE_POINT = 0x10_ffff;
const FIRST_SURROGATE = 0xd800;
const AFTER_SURROGATES = 0xe000;
/** Behind every event type: none has so many characters. */
const BEHIND_ALL = String.fromCodePoint(LAST_CODE_POINT).repeat(256);

/**
 * The event types that begin with a prefix; possibly some others where the prefix has what no type has, such as half a
 * pair of surrogates.
 */
export function rangeOfPrefix(prefix: string): TextRange {
  const foreign = prefix.search(/[\p{Cs}\0]/u);
  const first = foreign === -1 ? prefix : prefix.slice(0, foreign);
  return { first, end: endOf([...first]) };
}

/** The least text behind all that begin with some characters. */
function endOf(characters: readonly string[]): string {
  for (let length = characters.length; length > 0; length--) {
    const last = characters[length - 1]?.codePointAt(0) ?? LAST_CODE_POINT;
    if (last === LAST_CODE_POINT) continue;
    const next = last + 1 === FIRST_SURROGATE ? AFTER_SURROGATES : last + 1;
    return characters.slice(0, length - 1).join('') + String.fromCodePoint(next);
  }
  return BEHIND_ALL;
}

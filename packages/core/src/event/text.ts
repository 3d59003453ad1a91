/** Names longer than this are cut in messages. */
const MAX_SHOWN_LENGTH = 100;

/** Whether a text has at most so many code points. */
export function hasAtMostCodePoints(text: string, count: number): boolean {
  return text.length <= count || (text.length <= 2 * count && [...text].length <= count);
}

/** What {@link isStorable} asks for, in words. */
export const STORABLE_EXPECTED = 'expected text without U+0000 and lone surrogates';

/** Whether an event can hold a text. What it cannot, no filter names: a store may be unable even to look for it. */
export function isStorable(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}

/** A name as messages show it, cut where it is long. */
export function shorten(name: string): string {
  return name.length <= MAX_SHOWN_LENGTH ? name : `${name.slice(0, MAX_SHOWN_LENGTH).toWellFormed()}…`;
}

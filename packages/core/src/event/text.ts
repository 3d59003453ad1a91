/** Greatest length of a name in a message. */
const MAX_SHOWN_LENGTH = 100;

/** True if a text has at most `count` code points. */
export function hasAtMostCodePoints(text: string, count: number): boolean {
  return text.length <= count || (text.length <= 2 * count && [...text].length <= count);
}

/** Describes the text that {@link isStorable} accepts. */
export const STORABLE_EXPECTED = 'expected text without U+0000 and lone surrogates';

/** True if an event can contain a text. Filters reject all other texts too, because some stores cannot even search for them. */
export function isStorable(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}

/** Returns a text for a message, shortened if it is long. Default of `maxLength`: 100, for names. */
export function shorten(text: string, maxLength: number = MAX_SHOWN_LENGTH): string {
  return text.length <= maxLength ? text : `${text.slice(0, maxLength).toWellFormed()}…`;
}

/** Returns the first `count` code points of a text. */
export function truncateCodePoints(text: string, count: number): string {
  return hasAtMostCodePoints(text, count) ? text : [...text.slice(0, 2 * count)].slice(0, count).join('');
}

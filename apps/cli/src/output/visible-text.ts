/** Controls of terminals, and marks that change the direction of text: a stored text must not change what a terminal shows. */
const INVISIBLE = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu;

/** Returns a text for a terminal, with such characters as escapes of JSON. */
export function toVisibleText(text: string): string {
  return text.replaceAll(INVISIBLE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

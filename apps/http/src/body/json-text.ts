/** Characters that give JSON its structure. */
export const CHAR = {
  quote: 0x22,
  comma: 0x2c,
  openArray: 0x5b,
  backslash: 0x5c,
  closeArray: 0x5d,
  openObject: 0x7b,
  closeObject: 0x7d,
} as const;

/** Tab, line feed, carriage return and space: what JSON (RFC 8259) counts as white space. */
function isWhiteSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}

/** The index of the first character that is no white space, from `start` on and before `end`; else `end`. */
export function skipWhiteSpace(text: string, start: number, end: number = text.length): number {
  let i = start;
  while (i < end && isWhiteSpace(text.charCodeAt(i))) i++;
  return i;
}

/** The index of the quote that ends the string beginning at `start`, or the end of the text where none does. */
export function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (text.charCodeAt(end - 1 - backslashes) === CHAR.backslash) backslashes++;
    if (backslashes % 2 === 0) return end;
  }
  return text.length;
}

/** The characters that define the structure of JSON. */
export const CHAR = {
  quote: 0x22,
  comma: 0x2c,
  colon: 0x3a,
  openArray: 0x5b,
  backslash: 0x5c,
  closeArray: 0x5d,
  openObject: 0x7b,
  closeObject: 0x7d,
} as const;

/** The white space of JSON (RFC 8259): tab, line feed, carriage return and space. */
function isWhiteSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}

/** Returns the index of the first character from `start` that is not white space, at most `end`. */
export function skipWhiteSpace(text: string, start: number, end: number = text.length): number {
  let i = start;
  while (i < end && isWhiteSpace(text.charCodeAt(i))) i++;
  return i;
}

/** Returns the index of the quote that ends the string at `start`; the length of the text if the string does not end. */
export function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (text.charCodeAt(end - 1 - backslashes) === CHAR.backslash) backslashes++;
    if (backslashes % 2 === 0) return end;
  }
  return text.length;
}

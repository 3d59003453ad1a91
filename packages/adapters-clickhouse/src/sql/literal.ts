/*
 * Statements contain values as literals. The client sends parameters in the URL or in form fields of at most 128 KiB, which
 * are too small for the ids of a batch.
 */

/** Returns a text as an SQL literal. */
export function text(value: string): string {
  return `'${value.replace(/[\\'\0]/g, escaped)}'`;
}

function escaped(character: string): string {
  return character === '\0' ? '\\0' : `\\${character}`;
}

/** Returns an array of texts, which can be empty, as an SQL literal. */
export function texts(values: readonly string[]): string {
  return values.length === 0 ? `emptyArrayString()` : `[${values.map(text).join(', ')}]`;
}

/** Returns a name as a quoted SQL identifier. */
export function name(value: string): string {
  return `\`${value.replace(/[\\`]/g, '\\$&')}\``;
}

/*
 * Values stand in the text of a statement as literals. The client would send parameters in the URL, or in a form whose
 * fields end at 128 KiB: neither has room for the ids of a batch.
 */

/** A text as SQL. */
export function text(value: string): string {
  return `'${value.replace(/[\\'\0]/g, escaped)}'`;
}

function escaped(character: string): string {
  return character === '\0' ? '\\0' : `\\${character}`;
}

/** An array of texts as SQL, also where it is empty. */
export function texts(values: readonly string[]): string {
  return values.length === 0 ? `emptyArrayString()` : `[${values.map(text).join(', ')}]`;
}

/** A name as SQL. */
export function name(value: string): string {
  return `\`${value.replace(/[\\`]/g, '\\$&')}\``;
}

import type { JsonValue } from '@event-tracker/core';

/** Writes a row of CSV (RFC 4180) that ends with CR LF. */
export function csvRow(fields: readonly string[]): string {
  return `${fields.map(quote).join(',')}\r\n`;
}

/** Writes a value for a spreadsheet: text as it is, anything else as JSON, and nothing for what is missing. */
export function csvValue(value: JsonValue | undefined): string {
  if (value === undefined) return '';
  return typeof value === 'string' ? defuse(value) : JSON.stringify(value);
}

/** Spreadsheets of many countries separate fields by semicolons. */
function quote(text: string): string {
  return /[",;\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Marks formulas as text. Some spreadsheets skip white space before a formula, or read full-width signs. */
function defuse(text: string): string {
  return /^(?:\t|\s*[=+\-@＝＋－＠])/.test(text) ? `'${text}` : text;
}

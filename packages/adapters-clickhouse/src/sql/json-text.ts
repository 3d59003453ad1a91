import type { JsonValue } from '@event-tracker/core';

/** An integer with this number of digits can exceed 64 bits; ClickHouse's JSON functions then reject the whole text. */
const LARGE_INTEGER = /^-?\d{19,}$/;
const STRING_OR_NUMBER = /"(?:[^"\\]|\\.)*"|-?[\d.]+(?:e[+-]\d+)?/g;

/** Writes JSON as `JSON.stringify` does, but large integers with an exponent: `1e+20`. */
export function toJsonText(value: JsonValue): string {
  const text = JSON.stringify(value);
  if (!/\d{19}/.test(text)) return text;
  return text.replace(STRING_OR_NUMBER, (token) => (LARGE_INTEGER.test(token) ? Number(token).toExponential() : token));
}

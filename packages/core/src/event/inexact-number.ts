import { isExactNumber } from './exact-number.ts';

/**
 * Replaces a number in a parsed value if a double cannot represent it exactly. It is a symbol because no JSON text can contain
 * one.
 */
export const INEXACT_NUMBER: unique symbol = Symbol('inexact number');

/** Describes what {@link isExactNumber} accepts. */
export const EXACT_NUMBER_EXPECTED =
  'expected a number that a double holds without change (17 digits, 1.8e308 at most): send it as a string';

/** Matches every number that may be inexact: one with 16 or more digits and points, or an exponent of three or more digits. */
const LONG_NUMBER = /[\d.]{16}|[eE][+-]?\d{3}/;
/** The same within a text, behind another character. An alternative `^` would make it three times as slow. */
const LONG_NUMBER_IN_TEXT = /[:,[\s]-?(?:[\d.]{16}|[\d.]+[eE][+-]?\d{3})/;
const NUMBER_AT = /-?[\d.]+(?:[eE][+-]?\d+)?/y;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** True if any number in a JSON text is inexact. Fast if all numbers are short, which is the usual case. */
export function hasInexactNumber(json: string): boolean {
  if (!isNumberStart(json.charCodeAt(0)) && !LONG_NUMBER_IN_TEXT.test(json)) return false;
  for (let at = 0; at < json.length; at++) {
    const code = json.charCodeAt(at);
    if (code === QUOTE) {
      at = endOfString(json, at);
    } else if (isNumberStart(code)) {
      NUMBER_AT.lastIndex = at;
      const [number = ''] = NUMBER_AT.exec(json) ?? [];
      if (LONG_NUMBER.test(number) && !isExactNumber(number)) return true;
      at += Math.max(0, number.length - 1);
    }
  }
  return false;
}

/** Returns the index of the quote that ends a string. */
function endOfString(json: string, start: number): number {
  let at = start + 1;
  while (at < json.length && json.charCodeAt(at) !== QUOTE) at += json.charCodeAt(at) === BACKSLASH ? 2 : 1;
  return at;
}

function isNumberStart(code: number): boolean {
  return (code >= 0x30 && code <= 0x39) || code === 0x2d;
}

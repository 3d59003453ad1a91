/**
 * Replaces a number in a parsed value if a double cannot represent it exactly. It is a symbol because no JSON text can contain
 * one.
 */
export const INEXACT_NUMBER: unique symbol = Symbol('inexact number');

/** Describes what {@link isExactNumber} accepts. */
export const EXACT_NUMBER_EXPECTED =
  'expected a number that a double holds without change (17 digits, 1.8e308 at most): send it as a string';

/** Most digits that `toPrecision` writes. */
const MAX_PRECISION = 100;
/** Most significant digits that the exact value of a double has. */
const MAX_EXACT_DIGITS = 767;
/** Matches every number that may be inexact: one with 16 or more digits and points, or an exponent of three or more digits. */
const LONG_NUMBER = /[\d.]{16}|[eE][+-]?\d{3}/;
/** The same within a text, behind another character. An alternative `^` would make it three times as slow. */
const LONG_NUMBER_IN_TEXT = /[:,[\s]-?(?:[\d.]{16}|[\d.]+[eE][+-]?\d{3})/;
const NUMBER_AT = /-?[\d.]+(?:[eE][+-]?\d+)?/y;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * True if parsing the text of a JSON number as a double loses nothing: the text is the shortest text of the double (as
 * `JSON.stringify` writes it), or equals the double's exact value rounded to the digits of the text. Leading and trailing
 * zeros do not count as digits.
 *
 * @param text a JSON number (RFC 8259)
 */
export function isExactNumber(text: string): boolean {
  const value = Number(text);
  if (String(value) === text) return true;
  if (!Number.isFinite(value)) return false;
  const written = toDecimal(text);
  if (written.digits === '' || value === 0) return written.digits === '';
  if (written.digits.length > MAX_EXACT_DIGITS) return false;
  if (areEqual(written, toDecimal(String(value)))) return true;
  const { length } = written.digits;
  return areEqual(
    written,
    length <= MAX_PRECISION ? toDecimal(value.toPrecision(length)) : roundExactly(value, length),
  );
}

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

/** The absolute value of a number: `digits`, without leading and trailing zeros, times ten to the `exponent`. */
interface Decimal {
  readonly digits: string;
  readonly exponent: number;
}

function toDecimal(text: string): Decimal {
  const [mantissa = '', exponent = '0'] = text.toLowerCase().split('e');
  const [whole = '', fraction = ''] = mantissa.replace('-', '').split('.');
  return withoutZeros(whole + fraction, Number(exponent) - fraction.length);
}

function withoutZeros(digits: string, exponent: number): Decimal {
  let start = 0;
  let end = digits.length;
  while (digits[start] === '0') start++;
  while (end > start && digits[end - 1] === '0') end--;
  return { digits: digits.slice(start, end), exponent: exponent + digits.length - end };
}

function areEqual(a: Decimal, b: Decimal): boolean {
  return a.digits === b.digits && a.exponent === b.exponent;
}

/** Rounds the exact value of a double to a number of digits. */
function roundExactly(value: number, digits: number): Decimal {
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, Math.abs(value));
  const biased = bits.getUint16(0) >>> 4;
  const fraction = bits.getBigUint64(0) & 0xf_ffff_ffff_ffffn;
  // The value is mantissa * 2^power; a negative power of two is a power of five over a power of ten.
  const power = Math.max(biased, 1) - 1075;
  const mantissa = biased === 0 ? fraction : fraction | 0x10_0000_0000_0000n;
  const exact = power < 0 ? mantissa * 5n ** BigInt(-power) : mantissa << BigInt(power);
  const exponent = Math.min(power, 0);
  const surplus = String(exact).length - digits;
  if (surplus <= 0) return withoutZeros(String(exact), exponent);
  const unit = 10n ** BigInt(surplus);
  return withoutZeros(String((exact + unit / 2n) / unit), exponent + surplus);
}

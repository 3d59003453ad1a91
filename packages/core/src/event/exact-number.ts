/** Most digits that `toPrecision` writes. */
const MAX_PRECISION = 100;
/** Most significant digits that the exact value of a double has. */
const MAX_EXACT_DIGITS = 767;

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

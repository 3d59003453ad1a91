import { describe, expect, test } from 'vitest';
import { cpuMs } from '../../test/cpu-time.ts';
import { type Random, withRandom } from '../../test/random.ts';
import { isExactNumber } from './exact-number.ts';

describe('isExactNumber', () => {
  test.each([
    ...['0', '-0', '0.0', '0e5', '0.000e-999', '1', '-1', '42', '2.50', '1E2', '1e21', '6.02214076e23', '1e+300'],
    ...['0.1', '0.10000000000000001', '0.30000000000000004', '1.7976931348623157e308', '5e-324', '4.9e-324', '1e-323'],
    ...['9007199254740991', '9007199254740992', '9007199254740994', '-9007199254740994', '1152921504606846976'],
    ...['100000000000000000000000', '0.1000000000000000000000000000', '1.000000000000000000000000000000'],
    // The texts that JSON.stringify writes for 2^60 and 2^-44. The latter is not its value rounded to 16 digits.
    ...['1152921504606847000', '5.684341886080802e-14', '5.684341886080801e-14', '5.6843418860808015e-14'],
    // The exact value of 0.1, and the same rounded to 30 digits.
    ...['0.1000000000000000055511151231257827021181583404541015625', '0.100000000000000005551115123126'],
  ])('accepts %s', (text) => {
    expect(isExactNumber(text)).toBe(true);
  });

  test.each([
    ...['9007199254740993', '-9007199254740993', '0.1234567890123456789', '3.0000000000000000000001', '1e-400'],
    ...['1e999', '-1e999', '4e-324', '2e-324', '1.7976931348623159e308', '123456789012345678901234567890'],
    ...[
      '0.100000000000000005',
      '0.10000000000000000555111512312578270211815834045410156250000001',
      '1152921504606846977',
    ],
  ])('rejects %s', (text) => {
    expect(isExactNumber(text)).toBe(false);
  });

  test('accepts the exact value of the least double, 751 digits, and rejects it with one digit changed', () => {
    const exact = (5n ** 1074n).toString();
    expect(exact).toHaveLength(751);
    expect(isExactNumber(`${exact}e-1074`)).toBe(true);
    expect(isExactNumber(`${exact.slice(0, 300)}e-${1074 - 451}`)).toBe(Number(exact[300]) < 5);
    expect(isExactNumber(`${exact.slice(0, 400)}0${exact.slice(401)}e-1074`)).toBe(exact[400] === '0');
    expect(isExactNumber(`${exact}1e-1075`)).toBe(false);
  });

  test('agrees with exact arithmetic', () =>
    withRandom((random) => {
      const counts = { accepted: 0, rejected: 0 };
      for (let round = 0; round < 20_000; round++) {
        const text = randomNumberText(random);
        const expected = isExactByRationals(text);
        expect(isExactNumber(text), text).toBe(expected);
        counts[expected ? 'accepted' : 'rejected']++;
      }
      expect(Math.min(counts.accepted, counts.rejected)).toBeGreaterThan(4_000);
    }));

  test('accepts the text that JSON.stringify writes for any double', () =>
    withRandom((random) => {
      for (let round = 0; round < 20_000; round++) {
        const text = JSON.stringify(randomDouble(random));
        expect(isExactNumber(text), text).toBe(true);
      }
    }));

  test.each([
    ['many digits', '1'.repeat(65_536)],
    ['many zeros', `0.${'0'.repeat(65_530)}1`],
    ['many zeros and a large exponent', `0.${'0'.repeat(65_500)}1e65500`],
    ['a long exponent', `1e${'9'.repeat(65_530)}`],
  ])('is fast for %s', (_, text) => {
    const begin = cpuMs();
    isExactNumber(text);
    expect(cpuMs() - begin).toBeLessThan(20);
  });
});

function randomDouble(random: Random): number {
  const bits = new DataView(new ArrayBuffer(8));
  for (;;) {
    bits.setUint32(0, random.below(2 ** 32));
    bits.setUint32(4, random.below(2 ** 32));
    const double = bits.getFloat64(0);
    if (Number.isFinite(double)) return random.below(3) === 0 ? double * 2 ** -1020 : double;
  }
}

/** Returns the text of a double with more or fewer digits, perhaps with one digit changed; or random digits. */
function randomNumberText(random: Random): string {
  const double = random.below(4) === 0 ? random.below(2 ** 32) * 2 ** (random.below(120) - 60) : randomDouble(random);
  const exponent = random.below(800) - 400;
  const text = random.pick([
    () => String(double),
    () => double.toPrecision(1 + random.below(24)),
    () => double.toExponential(random.below(101)),
    () => `${random.between(0n, 10n ** BigInt(1 + random.below(25)))}.${random.below(2 ** 32)}e${exponent}`,
    () => `${BigInt(Math.trunc(double % 1e30))}${random.pick(['', '0', '.0', '.5', '.000'])}`,
  ])();
  if (random.below(3) > 0) return text;
  const digit = random.below(text.length);
  const changed = text.slice(0, digit) + (/\d/.test(text[digit] ?? '') ? random.below(10) : text[digit]);
  return changed + text.slice(digit + 1);
}

/** The rule in rational arithmetic: a number is `[numerator, denominator]`. */
function isExactByRationals(text: string): boolean {
  const [, digits = '', fraction = '', exponent = '0'] = /^-?(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
  const written = scaled(BigInt(digits + fraction), Number(exponent) - fraction.length);
  const value = Math.abs(Number(text));
  if (written[0] === 0n) return true;
  if (value === 0 || value === Infinity) return false;
  if (isSame(written, scaled(...shortestOf(value)))) return true;
  // The unit of the last digit that is not zero; below a power of ten, one digit further.
  let significant = BigInt(digits + fraction);
  let unitExponent = Number(exponent) - fraction.length;
  for (; significant % 10n === 0n; unitExponent++) significant /= 10n;
  const [unit, unitBelow] = [unitExponent, significant === 1n ? unitExponent - 1 : unitExponent].map((e) =>
    scaled(1n, e),
  );
  const double = rationalOf(value);
  const isAtLeast = compare(plus(double, half(unitBelow as Rational)), written) >= 0;
  return isAtLeast && compare(double, plus(written, half(unit as Rational))) < 0;
}

type Rational = readonly [numerator: bigint, denominator: bigint];

function scaled(integer: bigint, exponent: number): Rational {
  return exponent < 0 ? [integer, 10n ** BigInt(-exponent)] : [integer * 10n ** BigInt(exponent), 1n];
}

/** Converts a double exactly: doubling a double that is not an integer loses nothing. */
function rationalOf(value: number): Rational {
  let [integer, denominator] = [value, 1n];
  for (; !Number.isInteger(integer); denominator *= 2n) integer *= 2;
  return [BigInt(integer), denominator];
}

function shortestOf(value: number): readonly [integer: bigint, exponent: number] {
  const [digits = '', exponent = '0'] = value.toExponential().split('e');
  return [BigInt(digits.replace('.', '')), Number(exponent) - Math.max(0, digits.length - 2)];
}

function plus([a, b]: Rational, [c, d]: Rational): Rational {
  return [a * d + c * b, b * d];
}

function half([a, b]: Rational): Rational {
  return [a, 2n * b];
}

function compare([a, b]: Rational, [c, d]: Rational): number {
  return a * d === c * b ? 0 : a * d < c * b ? -1 : 1;
}

function isSame(a: Rational, b: Rational): boolean {
  return compare(a, b) === 0;
}

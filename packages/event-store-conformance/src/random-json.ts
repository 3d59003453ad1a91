import type { JsonObject, JsonValue } from '@event-tracker/core';
import type { Random } from './random.ts';

/** Text that some databases handle wrongly: quotes, patterns, escapes, Unicode, values written as text. */
export const TRICKY_TEXTS: readonly string[] = [
  '',
  ' ',
  ' a ',
  '\t\n\r\b\f\u0001\u001f\u007f\u0085',
  `'; drop table events; --`,
  `"quoted" 'and' \`ticked\``,
  '%',
  '_',
  '%_\\%\\_',
  '\\',
  '\\\\',
  // Six characters, not U+0000.
  '\\u0000',
  '\\n\\t\\x00\\N',
  '$1 ?1 :name @name {x:String}',
  '{"a":1}',
  '[1,2]',
  'null',
  'true',
  '0',
  '00',
  '1.0',
  '1e5',
  '0x10',
  'NaN',
  '-Infinity',
  '2025-01-01T12:00:00Z',
  '018cc251-f400-7000-8000-000000000001',
  'é',
  'e\u0301',
  'ß İ ı ſ',
  '\u{1f600}',
  '\u{1f468}\u200d\u{1f469}\u200d\u{1f467}',
  '\u{10ffff}',
  '\ufeff\u200b\u2028\u2029\u202e',
  '\ufffd\ufffe\uffff',
  '日本語 العربية',
];

/** Names that JavaScript objects inherit, or that have a meaning in JavaScript. core rejects `__proto__`. */
export const INHERITED_NAMES: readonly string[] = [
  'constructor',
  'toString',
  'hasOwnProperty',
  'valueOf',
  'toJSON',
  'prototype',
  '__defineGetter__',
  'length',
  'then',
];

const NAMES = [
  ...TRICKY_TEXTS,
  ...INHERITED_NAMES,
  'a',
  'b',
  'z',
  'A',
  'id',
  'user_id',
  '0',
  '1',
  '10',
  '9',
  '-1',
  '1.5',
];

/** Ranges of code points, without U+0000 and surrogates. */
const CODE_POINTS: readonly (readonly [first: number, count: number])[] = [
  [0x20, 0x5f],
  [0x61, 26],
  [0x01, 0x1f],
  [0x80, 0x700],
  [0x4e00, 0x5000],
  [0xe000, 0x2000],
  [0x1_0000, 0x10_0000],
];

/** Returns any text that core accepts. */
export function randomText(random: Random, maxLength = 12): string {
  if (random.chance(0.2)) return random.pick(TRICKY_TEXTS);
  const codePoints = Array.from({ length: random.integer(maxLength + 1) }, () => {
    const [first, count] = random.pick(CODE_POINTS);
    return first + random.integer(count);
  });
  return String.fromCodePoint(...codePoints);
}

/** Returns any number that core accepts: finite doubles of every size, except -0. */
function randomNumber(random: Random): number {
  if (random.chance(0.3)) return random.integer(2_000) - 1_000;
  // Above 2^53, JSON has zeros in place of the last digits of an integer.
  if (random.chance(0.1)) return (2 ** 53 + random.integer(2 ** 32)) * 2 ** random.integer(17) * random.pick([-1, 1]);
  if (random.chance(0.2))
    return (random.integer(2 ** 21) * 2 ** 32 + random.integer(2 ** 32)) * random.pick([-1, 1]) || 0;
  const bits = new DataView(new ArrayBuffer(8));
  for (;;) {
    bits.setUint32(0, random.integer(2 ** 32));
    bits.setUint32(4, random.integer(2 ** 32));
    const number = bits.getFloat64(0);
    if (Number.isFinite(number)) return number || 0;
  }
}

/** Returns any payload that core accepts, of about twenty values. */
export function randomPayload(random: Random): JsonObject {
  return randomObject(random, { values: 1 + random.integer(40), depth: 1 });
}

/** The number of values that a payload can still have, and the depth that it has reached. */
interface Budget {
  values: number;
  depth: number;
}

const MAX_RANDOM_DEPTH = 10;

function randomValue(random: Random, budget: Budget): JsonValue {
  budget.values--;
  if (budget.depth < MAX_RANDOM_DEPTH && random.chance(0.35)) {
    budget.depth++;
    const value = random.chance(0.5) ? randomObject(random, budget) : randomArray(random, budget);
    budget.depth--;
    return value;
  }
  if (random.chance(0.4)) return randomText(random);
  return random.chance(0.6) ? randomNumber(random) : random.pick([null, true, false]);
}

function randomObject(random: Random, budget: Budget): JsonObject {
  const object: Record<string, JsonValue> = {};
  for (let members = random.integer(7); members > 0 && budget.values > 0; members--) {
    const name = random.chance(0.6) ? random.pick(NAMES) : randomText(random);
    object[name] = randomValue(random, budget);
  }
  return object;
}

function randomArray(random: Random, budget: Budget): readonly JsonValue[] {
  const array: JsonValue[] = [];
  for (let items = random.integer(6); items > 0 && budget.values > 0; items--) array.push(randomValue(random, budget));
  return array;
}

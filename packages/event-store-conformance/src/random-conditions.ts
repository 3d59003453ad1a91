import type { JsonObject, JsonValue } from '@event-tracker/core';
import type { JsonScalar, PayloadCondition, PayloadPath } from '@event-tracker/core/store';
import type { Random } from './random.ts';

/*
 * Payloads and conditions of few names and few values, because arbitrary ones would hardly ever match. The values include those
 * that some databases treat as equal.
 */

/** Some names occur more often than others, so that conditions match different numbers of events. */
const NAMES = ['a', 'a', 'a', 'a', 'a', 'a', 'b', 'b', 'b', 'a.b', 'A', '', '0', 'constructor'];
const UNUSED_NAMES = ['nothing', 'toString', 'length', '__proto__'];

const SCALARS: readonly JsonScalar[] = [
  null,
  true,
  false,
  'null',
  'true',
  0,
  1,
  1,
  1,
  -1,
  1.5,
  10,
  9007199254740991,
  1152921504606847000,
  1e21,
  '0',
  '1',
  '1',
  '1.0',
  '10',
  '',
  'a',
  'a',
  'ab',
  'A',
  'b',
  '%',
  '_',
  '\\',
  'é',
  'e\u0301',
  '\ud7ff',
  // The emoji is greater by code point, the other one by UTF-16. Twice, so that comparisons often include both.
  '\uffff',
  '\uffff',
  '\u{1f600}',
  '\u{1f600}',
];

const STRINGS = SCALARS.filter((scalar) => typeof scalar === 'string');
const COMPARABLES = SCALARS.filter((scalar) => typeof scalar === 'string' || typeof scalar === 'number');

/** Returns a payload of few names and values, which include arrays and objects. */
export function randomMatchablePayload(random: Random, depth = 1): JsonObject {
  const payload: Record<string, JsonValue> = {};
  for (let members = random.integer(5); members > 0; members--) {
    payload[random.pick(NAMES)] = randomValue(random, depth);
  }
  return payload;
}

function randomValue(random: Random, depth: number): JsonValue {
  if (depth < 4 && random.chance(0.25)) {
    return Array.from({ length: random.integer(4) }, () => randomValue(random, depth + 1));
  }
  if (depth < 4 && random.chance(0.25)) return randomMatchablePayload(random, depth + 1);
  return random.pick(SCALARS);
}

/** Returns conditions that some of these payloads meet and others do not. */
export function randomConditions(random: Random): readonly PayloadCondition[] {
  return Array.from({ length: random.pick([1, 1, 1, 1, 2, 3]) }, () => randomCondition(random));
}

function randomCondition(random: Random): PayloadCondition {
  const path = randomPath(random);
  const op = random.pick([
    'in',
    'in',
    'ne',
    'gt',
    'gte',
    'lt',
    'lte',
    'exists',
    'prefix',
    'contains',
    'icontains',
  ] as const);
  switch (op) {
    case 'in':
    case 'ne':
      return { path, op, operands: Array.from({ length: 1 + random.integer(3) }, () => random.pick(SCALARS)) };
    case 'exists':
      return { path, op, operand: random.chance(0.5) };
    case 'prefix':
    case 'contains':
    case 'icontains':
      return { path, op, operand: random.pick(STRINGS) };
    default:
      return { path, op, operand: random.pick(COMPARABLES) };
  }
}

function randomPath(random: Random): PayloadPath {
  return Array.from({ length: random.pick([1, 1, 1, 1, 2, 2, 3]) }, () =>
    random.pick(random.chance(0.05) ? UNUSED_NAMES : NAMES),
  );
}

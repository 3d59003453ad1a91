import type { JsonObject, JsonValue } from '@event-tracker/core';
import type { JsonScalar, PayloadCondition, PayloadPath } from '@event-tracker/core/store';
import type { Random } from './random.ts';

/*
 * Payloads and conditions out of few names and few values: random ones would hardly ever match. What is alike to some
 * store or other is among them.
 */

/** Some stand more often than others: what is found is to be as varied as what is asked. */
const NAMES = ['a', 'a', 'a', 'a', 'a', 'a', 'b', 'b', 'b', 'a.b', 'A', '', '0', 'constructor'];
const NAMES_OF_NOTHING = ['nothing', 'toString', 'length', '__proto__'];

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
  // By code point the emoji is greater, by UTF-16 the other one: twice, so that comparisons meet both.
  '\uffff',
  '\uffff',
  '\u{1f600}',
  '\u{1f600}',
];

const TEXTS = SCALARS.filter((scalar) => typeof scalar === 'string');
const COMPARABLES = SCALARS.filter((scalar) => typeof scalar === 'string' || typeof scalar === 'number');

/** A payload of few names and values, arrays and objects among them. */
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

/** Conditions that some of those payloads meet and others do not. */
export function randomConditions(random: Random): readonly PayloadCondition[] {
  return Array.from({ length: random.pick([1, 1, 1, 1, 2, 3]) }, () => randomCondition(random));
}

function randomCondition(random: Random): PayloadCondition {
  const path = randomPath(random);
  const op = random.pick(['in', 'in', 'ne', 'gt', 'gte', 'lt', 'lte', 'exists', 'prefix', 'contains'] as const);
  switch (op) {
    case 'in':
    case 'ne':
      return { path, op, operands: Array.from({ length: 1 + random.integer(3) }, () => random.pick(SCALARS)) };
    case 'exists':
      return { path, op, operand: random.chance(0.5) };
    case 'prefix':
    case 'contains':
      return { path, op, operand: random.pick(TEXTS) };
    default:
      return { path, op, operand: random.pick(COMPARABLES) };
  }
}

function randomPath(random: Random): PayloadPath {
  return Array.from({ length: random.pick([1, 1, 1, 1, 2, 2, 3]) }, () =>
    random.pick(random.chance(0.05) ? NAMES_OF_NOTHING : NAMES),
  );
}

import type { JsonObject, JsonValue } from '@event-tracker/core';
import { parseJsonText } from '@event-tracker/core/store';
import { chooseSeed, createRandom, type Random } from '@event-tracker/event-store-conformance';
import { expect, test } from 'vitest';
import { createMemberParser } from './parse-members.ts';

const NAMES = [
  'a',
  'user_id',
  '',
  'a.b',
  '"',
  '\\',
  'a\\',
  '\n',
  ',',
  ':',
  ':b',
  '}',
  ']',
  '{',
  '[',
  '\u{1f600}',
  '10',
  'constructor',
  'toString',
];

const TEXTS = [
  '',
  'x',
  'v,',
  '{',
  '"',
  '\\',
  '"a":1',
  ',"a":1',
  '{"a":1}',
  '\\"a\\":',
  'a":',
  '","a":',
  '1',
  'null',
  'true',
  '\u2028',
  '\u0000',
  '\u{1f600}',
  '\ud800',
];

const SCALARS: readonly JsonValue[] = [
  ...[0, -0, 1, -1, 42, 4.25, 0.1, 1e21, 1e-7, 1e300, 5e-324, 2 ** 53, 2 ** 60, -1.5e-10],
  ...[true, false, null],
  ...TEXTS,
];

function randomValue(random: Random, depth = 0): JsonValue {
  if (depth < 2 && random.chance(0.15)) {
    return Array.from({ length: random.integer(3) }, () => randomValue(random, depth + 1));
  }
  return depth < 2 && random.chance(0.15) ? randomPayload(random, depth + 1) : random.pick(SCALARS);
}

function randomPayload(random: Random, depth = 0): JsonObject {
  return Object.fromEntries(
    Array.from({ length: random.integer(5) }, () => [random.pick(NAMES), randomValue(random, depth)]),
  );
}

test('parses the members with the names as parseJsonText does', () => {
  const seed = chooseSeed();
  const random = createRandom(seed);
  for (let count = 0; count < 20_000; count++) {
    const json = JSON.stringify(randomPayload(random));
    const names = Array.from({ length: 1 + random.integer(3) }, () => random.pick(NAMES));
    const parsed = createMemberParser(names)(json);
    const expected = parseJsonText(json) as JsonObject;
    for (const name of names) {
      const about = `${JSON.stringify(name)} of ${json}, seed ${seed}`;
      expect(Object.hasOwn(parsed, name), about).toBe(Object.hasOwn(expected, name));
      if (Object.hasOwn(expected, name)) expect(parsed[name], about).toEqual(expected[name]);
    }
  }
});

test('does not parse the other members of an object without arrays, objects and escapes', () => {
  expect(createMemberParser(['b', 'none'])('{"a":1,"b":"x","c":2}')).toEqual({ b: 'x' });
});

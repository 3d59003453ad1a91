import type { JsonObject } from '@event-tracker/core';
import { type JsonScalar, matchesFilter, type PayloadCondition } from '@event-tracker/core/store';
import { expect, test } from 'vitest';
import { openDatabase } from '../database/database.ts';
import { requiredTextsOf } from './required-texts.ts';

const SCALARS: readonly JsonScalar[] = [
  ...[
    '',
    'a',
    'ab',
    'é',
    '"',
    '\\',
    '\\n',
    '\n',
    '\u0000',
    '\u007f',
    '\u2028',
    '\u{1f600}',
    '\u{1f600}b',
    '42',
    'null',
    'a/b',
    '</',
  ],
  ...[0, -0, 42, 4.2, -1, 1e21, 1e-7, 5e-324, Number.MAX_SAFE_INTEGER],
  ...[true, false, null],
];
const NAMES = ['a', 'user_id', '', 'a.b', '"', '\\', '\n', '\u{1f600}', '10'];

const event = (payload: JsonObject) => ({ id: '', event_type: '', timestamp: '', payload });

/** Returns payloads with a scalar at a path: alone, in arrays, and next to other values. */
function payloadsWith(path: readonly string[], scalar: JsonScalar): readonly JsonObject[] {
  return [scalar, [scalar], [['x'], [scalar, 7]]].flatMap((value) => {
    const inner = path.reduceRight<JsonObject | typeof value>((member, name) => ({ first: 1, [name]: member }), value);
    return [inner as JsonObject, { ...(inner as JsonObject), other: [{}, 'y'] }];
  });
}

/** Returns conditions that such payloads meet, and some that they need not meet. */
function conditionsOn(path: readonly string[], scalar: JsonScalar): readonly PayloadCondition[] {
  const parts = typeof scalar === 'string' ? [scalar, scalar.slice(0, 1), scalar.slice(1), ''] : ['4'];
  return [
    { path, op: 'in', operands: [scalar] },
    { path, op: 'in', operands: ['other', scalar] },
    { path, op: 'in', operands: Array.from({ length: 100 }, (_, n) => (n === 50 ? scalar : `other ${n}`)) },
    { path, op: 'ne', operands: ['other'] },
    { path, op: 'exists', operand: true },
    { path, op: 'exists', operand: false },
    { path, op: 'gte', operand: typeof scalar === 'number' ? scalar : '' },
    ...parts.flatMap((operand): PayloadCondition[] => [
      { path, op: 'prefix', operand },
      { path, op: 'contains', operand },
      { path, op: 'icontains', operand: operand.toUpperCase() },
    ]),
  ];
}

const database = openDatabase(':memory:', { readOnly: false, cacheBytes: 1_024 });

function isLike(json: string, pattern: string): boolean {
  const row = database.statement("SELECT ? LIKE ? ESCAPE '\\'").get(json, pattern);
  return (row as unknown as [bigint])[0] === 1n;
}

test('returns only texts that the JSON of each matching payload contains', () => {
  let matches = 0;
  for (const path of NAMES.flatMap((name) => [[name], ['outer', name], [name, 'inner']])) {
    for (const scalar of SCALARS) {
      for (const condition of conditionsOn(path, scalar)) {
        const { like, lists } = requiredTextsOf(condition);
        for (const payload of payloadsWith(path, scalar)) {
          if (!matchesFilter(event(payload), { payload: [condition] })) continue;
          matches++;
          const json = JSON.stringify(payload);
          const isFound =
            like.every((pattern) => isLike(json, pattern)) &&
            lists.every((texts) => texts.some((text) => json.includes(text)));
          if (!isFound) expect({ condition, json, like, lists }).toBe('found');
        }
      }
    }
  }
  expect(matches).toBeGreaterThan(10_000);
});

test('returns the operand and the member name as JSON', () => {
  expect(requiredTextsOf({ path: ['user', 'id'], op: 'in', operands: [42, '42'] })).toEqual({
    like: [],
    lists: [
      ['42', '"42"'],
      ['"id":42', '"id":"42"', '"id":['],
    ],
  });
  expect(requiredTextsOf({ path: ['text'], op: 'prefix', operand: 'a"b' }).lists).toEqual([['"a\\"b'], ['"text":']]);
  expect(requiredTextsOf({ path: ['text'], op: 'contains', operand: 'a"b' }).lists).toEqual([['a\\"b'], ['"text":']]);
  expect(requiredTextsOf({ path: ['text'], op: 'icontains', operand: 'a"k%' })).toEqual({
    like: ['%a\\\\"_\\%%'],
    lists: [['"text":']],
  });
});

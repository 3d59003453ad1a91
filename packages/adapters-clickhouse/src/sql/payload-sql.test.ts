import type { JsonObject } from '@event-tracker/core';
import { type JsonScalar, matchesFilter } from '@event-tracker/core/store';
import { conditionsAt } from '@event-tracker/event-store-conformance';
import { describe, expect, test } from 'vitest';
import { findEngine } from '../../test/engine.ts';
import { anEvent } from '../../test/events.ts';
import { toJsonText } from './json-text.ts';
import { texts } from './literal.ts';
import { conditionSql } from './payload-sql.ts';

const engine = await findEngine();

const VALUES: readonly JsonScalar[] = [
  ...[
    null,
    true,
    false,
    0,
    1,
    -1,
    0.1,
    0.30000000000000004,
    1e-7,
    5e-324,
    -2.5e-300,
    1 / 3,
    42,
    421,
    2 ** 53 - 1,
    2 ** 60,
    1e20,
    -1e300,
  ],
  ...[
    '',
    'a',
    'b',
    '42',
    'true',
    'null',
    '"',
    '\\',
    'a"b',
    '\n',
    '\u001f',
    '[',
    '{',
    '\u{1f600}',
    '\uffff',
    'é',
    '%',
    "'",
  ],
];
/** Values that no payload has but a condition can name. */
const FOREIGN: readonly JsonScalar[] = [Number.POSITIVE_INFINITY, -0, '\0', '\ud83d', 'a\ude00'];
const NAMES = ['a', 'b', 'a.b', '"', '\\', '$', '*', '0', '1', '', 'é', '\u{1f600}', '\n', '[', '{'];

/** Each value at `a`, at `a.b`, and in nested arrays along and at the end of the path. */
const PAYLOADS: readonly JsonObject[] = [
  ...VALUES.flatMap((value) => [
    { a: value },
    { a: { b: value } },
    { a: [value] },
    { a: [[], [[value]], 7] },
    { a: [{ b: value }] },
    { a: [[{ b: [value, 'z'] }]] },
    { b: { a: value } },
    { x: 'a', a: { c: value }, list: ['[', [{ a: 1, b: 2 }]] },
    { x: `{"a":${toJsonText(value)}}`, a: [1, { c: 1 }] },
  ]),
  ...NAMES.map((name) => ({ [name]: { [name]: 1 } })),
  ...NAMES.map((name) => ({ [name]: [[{ [name]: ['a'] }]], z: [name] })),
  {},
  { a: {} },
  { a: [] },
  { a: [[]] },
  { a: { b: [] } },
  { a: [{ b: {} }, { b: [[]] }] },
  { a: { b: { b: 1 } } },
];

const CONDITIONS = [
  ...[['a'], ['a', 'b'], ['b']].flatMap((path) => conditionsAt(path, [...VALUES, ...FOREIGN])),
  ...[['\0'], ['\ud83d'], ...NAMES.map((name) => [name, name])].flatMap((path) => conditionsAt(path, [1, 'a'])),
];

/** Conditions per statement: many need hardly more time than one. */
const WITH_PATCH_PART = 40;

describe.skipIf(!engine)('conditionSql', () => {
  test('accepts the payloads that meet a condition, and no others', { timeout: 300_000 }, async () => {
    const candidates = PAYLOADS.map((payload) => anEvent({ payload }));
    const known = CONDITIONS.flatMap((condition) => {
      const sql = conditionSql(condition);
      return sql === undefined ? [] : [{ condition, sql }];
    });
    let met = 0;
    for (let start = 0; start < known.length; start += WITH_PATCH_PART) {
      const some = known.slice(start, start + WITH_PATCH_PART);
      const isMet = await evaluate(some.map(({ sql }) => sql));
      for (const [index, { condition }] of some.entries()) {
        const expected = candidates.filter((event) => matchesFilter(event, { payload: [condition] }));
        const found = candidates.filter((_, place) => isMet[place]?.[index] === 1);
        expect(
          found.map(({ payload }) => payload),
          JSON.stringify(condition),
        ).toEqual(expected.map(({ payload }) => payload));
        met += expected.length;
      }
    }
    expect(met, 'conditions met').toBeGreaterThan(10_000);
  });

  test('leaves only conditions with a lone surrogate to core', () => {
    const left = CONDITIONS.filter((condition) => conditionSql(condition) === undefined);
    const operands = new Set(left.map((condition) => 'operand' in condition && condition.operand));
    expect([...operands]).toEqual(['\0', '\ud83d', 'a\ude00']);
    expect(new Set(left.map(({ op }) => op))).toEqual(new Set(['prefix', 'contains', 'gt', 'gte', 'lt', 'lte']));
  });
});

/** Returns which conditions each payload meets. */
async function evaluate(conditions: readonly string[]): Promise<readonly (readonly number[])[]> {
  const payloads = texts(PAYLOADS.map((payload) => toJsonText(payload)));
  const rows = await engine?.query<{ readonly met: readonly number[] }>(
    `SELECT [${conditions.map((sql) => `toUInt8(${sql})`).join(', ')}] AS met
    FROM (SELECT number AS place, ${payloads}[number + 1] AS payload FROM numbers(${PAYLOADS.length}))
    ORDER BY place`,
  );
  return rows?.map(({ met }) => met) ?? [];
}

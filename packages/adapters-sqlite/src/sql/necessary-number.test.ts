import type { JsonValue } from '@event-tracker/core';
import { matchesFilter, type PayloadCondition } from '@event-tracker/core/store';
import { expect, test } from 'vitest';
import { openDatabase } from '../database/database.ts';
import { necessaryNumberOf, necessaryNumberSql } from './necessary-number.ts';

const NUMBERS = [
  0,
  1,
  0.1,
  0.30000000000000004,
  5e-324,
  1e-300,
  2 ** 53,
  2 ** 63,
  2 ** 64,
  1e20,
  1e21,
  1e308,
  Number.MAX_VALUE,
];
const OPERANDS = [
  ...NUMBERS.flatMap((number) => [number, -number]),
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
];
const VALUES: readonly JsonValue[] = [
  ...OPERANDS.filter(Number.isFinite),
  ...[null, true, '5', {}, { v: 5 }, [], [5], [[-5]], ['5']],
];

test('accepts every payload that meets the condition, and few other numbers', () => {
  const database = openDatabase(':memory:', { readOnly: false, cacheBytes: 1_024 });
  let [met, accepted] = [0, 0];
  for (const operand of OPERANDS) {
    for (const op of ['gt', 'gte', 'lt', 'lte'] as const) {
      const condition: PayloadCondition = { path: ['v'], op, operand };
      const necessary = necessaryNumberOf(condition);
      for (const payload of [...VALUES.map((v) => ({ v })), {}]) {
        const values: (string | number)[] = [];
        const sql = necessary && necessaryNumberSql(necessary, (value) => `?${values.push(value)}`);
        const row = database
          .statement(`SELECT ${sql} FROM (SELECT '${JSON.stringify(payload)}' AS payload)`)
          .get(...values);
        const isAccepted = (row as unknown as [bigint | null])[0] === 1n;
        const isMet = matchesFilter({ id: '', event_type: '', timestamp: '', payload }, { payload: [condition] });
        if (isMet) expect(isAccepted, JSON.stringify([condition, payload])).toBe(true);
        if ('v' in payload && typeof payload.v === 'number') accepted += Number(isAccepted);
        met += Number(isMet);
      }
    }
  }
  expect(met).toBeGreaterThan(1_000);
  expect(accepted / met).toBeLessThan(1.3);
  database.close();
});

test.each<PayloadCondition>([
  { path: ['a', 'b'], op: 'gt', operand: 1 },
  { path: ['a.b'], op: 'gt', operand: 1 },
  { path: ['é'], op: 'gt', operand: 1 },
  { path: [''], op: 'gt', operand: 1 },
  { path: ['a'], op: 'gt', operand: '1' },
  { path: ['a'], op: 'in', operands: [1] },
  { path: ['a'], op: 'exists', operand: true },
])('there is no comparison for %o', (condition) => {
  expect(necessaryNumberOf(condition)).toBeUndefined();
});

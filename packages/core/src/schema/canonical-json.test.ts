import { expect, test } from 'vitest';
import { canonicalJson } from './canonical-json.ts';

test('equal values have the same text, whatever the order of their members', () => {
  const a = { b: [{ z: 1, a: 2 }], a: null, 10: 'x', 9: 'y' };
  const b = { 9: 'y', a: null, 10: 'x', b: [{ a: 2, z: 1 }] };
  expect(canonicalJson(a)).toBe(canonicalJson(b));
  expect(JSON.parse(canonicalJson(a))).toEqual(a);
});

test('different values have different texts', () => {
  const values = [{}, [], null, '', { a: 1 }, { a: '1' }, [1, 2], [2, 1], { a: { b: 1 } }, { a: { b: 1, c: 1 } }];
  expect(new Set(values.map(canonicalJson)).size).toBe(values.length);
});

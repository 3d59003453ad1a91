import { describe, expect, test } from 'vitest';
import type { JsonScalar } from '../query/payload-condition.ts';
import { type ScalarSet, scalarsIn, sizeOf, withScalar } from './scalar-set.ts';

function setOf(scalars: Iterable<JsonScalar>): ScalarSet {
  let set: ScalarSet = [];
  for (const scalar of scalars) set = withScalar(set, scalar);
  return set;
}

describe('a scalar set', () => {
  test.each([1, 32, 33, 1_000, 10_000])('has each of %i scalars once', (length) => {
    const scalars = Array.from({ length }, (_, index) => (index % 2 ? index : `${index}`));
    const set = setOf([...scalars, ...scalars]);
    expect(sizeOf(set)).toBe(length);
    expect(new Set(scalarsIn(set))).toEqual(new Set(scalars));
  });

  test('distinguishes scalars by type and value', () => {
    const scalars: readonly JsonScalar[] = ['null', true, 'true', 1, '1', 0, '0', '', false];
    expect([...scalarsIn(setOf([...scalars, -0, ...scalars]))]).toEqual(scalars);
  });
});

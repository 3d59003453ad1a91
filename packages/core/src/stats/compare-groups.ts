import { compareCodePoints } from '../query/compare-code-points.ts';
import type { JsonScalar } from '../query/payload-condition.ts';

/** Compares groups of equal rank: false, true, numbers by size, strings by code point, null. */
export function compareGroups(a: JsonScalar, b: JsonScalar): number {
  if (typeof a === 'string' && typeof b === 'string') return compareCodePoints(a, b);
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return rank(a) - rank(b);
}

function rank(group: JsonScalar): number {
  switch (typeof group) {
    case 'boolean':
      return Number(group);
    case 'number':
      return 2;
    case 'string':
      return 3;
    default:
      return 4;
  }
}

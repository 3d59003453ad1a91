import type { JsonScalar } from '../query/payload-condition.ts';
import { createScalarMap, type ScalarMap } from './scalar-map.ts';

/**
 * Different scalars. A few are in an array, because a million cells can have a set each, and an array needs a sixth of the time
 * and memory of a Map.
 */
export type ScalarSet = JsonScalar[] | ScalarMap<true>;

/** Searching an array of this length takes as long as searching a Map. */
const MAX_IN_ARRAY = 32;

/** Adds a scalar, and returns the set, which replaces the given one. */
export function withScalar(set: ScalarSet, scalar: JsonScalar): ScalarSet {
  if (!Array.isArray(set)) {
    set.set(scalar, true);
    return set;
  }
  if (set.includes(scalar)) return set;
  if (set.length < MAX_IN_ARRAY) {
    set.push(scalar);
    return set;
  }
  const map = createScalarMap<true>();
  for (const known of set) map.set(known, true);
  map.set(scalar, true);
  return map;
}

export function sizeOf(set: ScalarSet): number {
  return Array.isArray(set) ? set.length : set.size;
}

export function scalarsIn(set: ScalarSet): Iterable<JsonScalar> {
  return Array.isArray(set) ? set : set.keys();
}

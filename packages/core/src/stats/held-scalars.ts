import { createTooManyCellsError } from '../errors.ts';
import type { JsonScalar } from '../query/payload-condition.ts';

/** Greatest number of groups and different scalars that an aggregate keeps in memory. */
const MAX_HELD = 1_000_000;
/** A longer text counts as several scalars. */
const CHARACTERS_OF_ONE = 100;
/** This many numbers of a percentile count as one scalar, because they need no entry of a map. */
const NUMBERS_OF_ONE = 8;

/**
 * Counts the scalars that an aggregate keeps in memory.
 *
 * @throws TooManyCellsError if there are too many, which limits the memory of the process for any events
 */
export interface Hold {
  /** Counts a group or a different scalar. */
  scalar(scalar: JsonScalar): void;
  /** Counts a number for a percentile. */
  number(): void;
}

export function createHold(): Hold {
  let held = 0;

  function add(count: number): void {
    held += count;
    if (held > MAX_HELD)
      throw createTooManyCellsError(
        `the groups, different values or numbers of percentiles (a long text counts as several, ${NUMBERS_OF_ONE} numbers as one)`,
        MAX_HELD,
        'add filters, or move start and end closer together',
      );
  }

  return {
    scalar: (scalar) => add(typeof scalar === 'string' ? 1 + Math.floor(scalar.length / CHARACTERS_OF_ONE) : 1),
    number: () => add(1 / NUMBERS_OF_ONE),
  };
}

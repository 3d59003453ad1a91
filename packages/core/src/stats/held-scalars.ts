import { createTooManyCellsError } from '../errors.ts';
import type { JsonScalar } from '../query/payload-condition.ts';

/** Greatest number of groups and different scalars that an aggregate keeps in memory. */
const MAX_HELD = 1_000_000;
/** A longer text counts as several scalars. */
const CHARACTERS_OF_ONE = 100;

/**
 * Counts a scalar that an aggregate keeps in memory.
 *
 * @throws TooManyCellsError if there are too many, which limits the memory of the process for any events
 */
export type Hold = (scalar: JsonScalar) => void;

export function createHold(): Hold {
  let held = 0;
  return (scalar) => {
    held += typeof scalar === 'string' ? 1 + Math.floor(scalar.length / CHARACTERS_OF_ONE) : 1;
    if (held > MAX_HELD)
      throw createTooManyCellsError('the groups, or different values (a long text counts as several),', MAX_HELD);
  };
}

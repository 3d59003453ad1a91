import { createTooManyCellsError } from '../errors.ts';
import type { JsonScalar } from '../query/payload-condition.ts';

/** Most groups and different scalars that an aggregate holds at a time. */
const MAX_HELD = 1_000_000;
/** A text that is longer counts as several. */
const CHARACTERS_OF_ONE = 100;

/**
 * Counts a scalar that an aggregate holds from now on.
 *
 * @throws TooManyCellsError where that makes too many: a process can hold only so much, whatever the events are
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

import { createInvalidCursorError } from '../errors.ts';
import type { Sequence } from '../event/sequence.ts';

/**
 * Checks that a store has assigned a sequence, for the `readAfter` of adapters.
 *
 * @param last the greatest sequence that the store has assigned
 * @throws InvalidCursorError if it has not
 */
export function checkSequence(after: Sequence, last: Sequence): void {
  if (after <= last) return;
  throw createInvalidCursorError(
    'the position lies beyond the last event of the store, which may have been restored from an older backup: start again ' +
      'with after=start or after=now',
  );
}

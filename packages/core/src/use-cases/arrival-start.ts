import type { Sequence } from '../event/sequence.ts';
import { decodePosition } from '../query/arrival-position.ts';
import { BEFORE_ALL, type EventStorePort } from '../store/event-store-port.ts';

/**
 * Resolves `start`, `now` or a position to the sequence after which to begin.
 *
 * @throws InvalidCursorError if the position is damaged, or belongs to another store
 */
export async function resolveStart(after: string, store: EventStorePort): Promise<Sequence> {
  if (after === 'start') return BEFORE_ALL;
  return after === 'now' ? store.head() : decodePosition(after, store.id);
}

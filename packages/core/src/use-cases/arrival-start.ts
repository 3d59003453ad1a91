import type { Sequence } from '../event/sequence.ts';
import { decodePosition } from '../query/arrival-position.ts';
import { BEFORE_ALL, type EventStorePort } from '../store/event-store-port.ts';

/**
 * The sequence behind which to begin: `start`, `now`, or a position.
 *
 * @throws InvalidCursorError where the position is damaged, or was made by another store
 */
export async function resolveStart(after: string, store: EventStorePort): Promise<Sequence> {
  if (after === 'start') return BEFORE_ALL;
  return after === 'now' ? store.head() : decodePosition(after, store.id);
}

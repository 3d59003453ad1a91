import { createEventIdConflictError } from '../errors.ts';
import type { Event, EventId } from '../event/event.ts';
import type { AppendResult, EventStorePort } from './event-store-port.ts';

/**
 * Appends one batch to a store.
 *
 * @returns the result of each event, in the order of the events
 * @throws EventIdConflictError if the batch is in conflict and therefore not stored; or the store's StoreUnavailableError,
 * StoreFullError or StoreTimeoutError
 */
export async function appendBatch(
  store: Pick<EventStorePort, 'append'>,
  events: readonly Event[],
): Promise<readonly AppendResult[]> {
  const [outcome] = await store.append([events]);
  if (!outcome) throw new Error('the store did not report an outcome for the batch');
  if ('conflicts' in outcome) throw createEventIdConflictError(outcome.conflicts, placesOf(outcome.conflicts, events));
  return outcome.results;
}

/** Returns the positions of ids in a batch. */
function placesOf(conflicts: readonly EventId[], events: readonly Event[]): { index: number; id: EventId }[] {
  const ids = new Set(conflicts);
  return events.flatMap(({ id }, index) => (ids.has(id) ? [{ index, id }] : []));
}

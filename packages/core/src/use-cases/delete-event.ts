import { requireEventId } from '../event/event-id.ts';
import type { EventStorePort } from '../store/event-store-port.ts';

/**
 * Removes an event by its id, in either case.
 *
 * @returns whether there was one
 * @throws InvalidIdError where the id is no UUID, or the store's own errors
 */
export async function deleteEvent({ store }: { readonly store: EventStorePort }, id: string): Promise<boolean> {
  return (await store.delete([requireEventId(id)])) > 0;
}

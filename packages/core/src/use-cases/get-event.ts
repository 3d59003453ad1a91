import type { Event } from '../event/event.ts';
import { requireEventId } from '../event/event-id.ts';
import type { EventStorePort } from '../store/event-store-port.ts';

/**
 * Finds an event by its id, in either case.
 *
 * @throws InvalidIdError where the id is no UUID, or the store's own errors
 */
export async function getEvent({ store }: { readonly store: EventStorePort }, id: string): Promise<Event | undefined> {
  return store.get(requireEventId(id));
}

import type { Event } from '../event/event.ts';
import { requireEventId } from '../event/event-id.ts';
import type { EventStorePort } from '../store/event-store-port.ts';

/**
 * Returns the event with an id, in either case, or undefined.
 *
 * @throws InvalidIdError if the id is not a UUID; or the store's errors
 */
export async function getEvent({ store }: { readonly store: EventStorePort }, id: string): Promise<Event | undefined> {
  return store.get(requireEventId(id));
}

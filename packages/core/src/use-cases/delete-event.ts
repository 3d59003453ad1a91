import { requireEventId } from '../event/event-id.ts';
import type { EventStorePort } from '../store/event-store-port.ts';

/**
 * Deletes the event with an id, in either case.
 *
 * @returns whether it existed
 * @throws InvalidIdError if the id is not a UUID; or the store's errors
 */
export async function deleteEvent({ store }: { readonly store: EventStorePort }, id: string): Promise<boolean> {
  return (await store.delete([requireEventId(id)])) > 0;
}

import type { EventId } from '@event-tracker/core';
import { beginTimeSlice } from '@event-tracker/core/store';
import type { Contents } from './contents/contents.ts';

/**
 * Deletes events by id: the port's `delete`. Must not run concurrently with an append. A long deletion yields to the event
 * loop between time slices.
 *
 * @returns the number of events deleted
 */
export async function deleteEvents(contents: Contents, ids: Iterable<EventId>): Promise<number> {
  const before = contents.count;
  const slice = beginTimeSlice();
  for (const id of ids) {
    if (slice.isOver()) await slice.next();
    const event = contents.get(id);
    if (event) contents.delete(event);
  }
  return before - contents.count;
}

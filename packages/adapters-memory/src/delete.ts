import type { EventId } from '@event-tracker/core';
import { beginTimeSlice } from '@event-tracker/core/store';
import type { Contents } from './contents/contents.ts';

/**
 * Deletes the events of some ids: the port's `delete`. Nothing may be stored meanwhile. A long deletion goes in slices that
 * let readers in.
 *
 * @returns how many there were
 */
export async function deleteEvents(contents: Contents, ids: Iterable<EventId>): Promise<number> {
  const before = contents.count;
  const slice = beginTimeSlice();
  for (const id of ids) {
    const event = contents.get(id);
    if (event) contents.remove(event);
    if (slice.isOver()) await slice.next();
  }
  return before - contents.count;
}

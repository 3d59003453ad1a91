import type { Event, EventId } from '@event-tracker/core';
import type { Contents } from './contents/contents.ts';

/** Returns an event by its id, if its sequence is at most `committed`: the port's `get`. */
export function getEvent(contents: Contents, id: EventId, committed: number): Event | undefined {
  const event = contents.get(id);
  return event && contents.isStoredBy(committed, event) ? event : undefined;
}

import type { Event, EventId } from '@event-tracker/core';
import type { Contents } from './contents/contents.ts';

/** Finds an event by its id among those stored up to a sequence: the port's `get`. */
export function getEvent(contents: Contents, id: EventId, committed: number): Event | undefined {
  const event = contents.get(id);
  return event && contents.isStoredBy(committed, event) ? event : undefined;
}

import {
  type AppendResult,
  createEventIdConflictError,
  type Event,
  type EventId,
  type EventIdConflictError,
  haveSameContent,
} from '@event-tracker/core';

/** What becomes of a call: its answer, or why it is refused. */
export type Outcome = { readonly results: readonly AppendResult[] } | { readonly error: EventIdConflictError };

/**
 * Decides what becomes of appends that come one after the other, given the events that are stored of their ids.
 *
 * @returns the outcome of each call, and the events that are to be stored
 */
export function decideAppends(
  calls: readonly (readonly Event[])[],
  known: ReadonlyMap<EventId, Event>,
): { readonly outcomes: readonly Outcome[]; readonly fresh: readonly Event[] } {
  const standing = new Map(known);
  const fresh: Event[] = [];
  const outcomes = calls.map((events): Outcome => {
    const conflicts = new Set<EventId>();
    const begin = fresh.length;
    const results = events.map((event) => {
      const stored = standing.get(event.id);
      if (stored) {
        if (!haveSameContent(stored, event)) conflicts.add(event.id);
        return { event: stored, stored: false };
      }
      standing.set(event.id, event);
      fresh.push(event);
      return { event, stored: true };
    });
    if (conflicts.size === 0) return { results };
    // As if the call had not been made.
    for (const { id } of fresh.splice(begin)) standing.delete(id);
    return { error: createEventIdConflictError([...conflicts]) };
  });
  return { outcomes, fresh };
}

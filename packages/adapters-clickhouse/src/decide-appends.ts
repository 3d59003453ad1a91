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
    const conflicts = findConflicts(events, standing);
    if (conflicts.size > 0) return { error: createEventIdConflictError([...conflicts]) };
    const results = events.map((event) => {
      const stored = standing.get(event.id);
      if (stored) return { event: stored, stored: false };
      standing.set(event.id, event);
      fresh.push(event);
      return { event, stored: true };
    });
    return { results };
  });
  return { outcomes, fresh };
}

/** The ids of events whose content is not that of the event that has the id, or that comes before them in the call. */
function findConflicts(events: readonly Event[], standing: ReadonlyMap<EventId, Event>): ReadonlySet<EventId> {
  const own = new Map<EventId, Event>();
  const conflicts = new Set<EventId>();
  for (const event of events) {
    const other = standing.get(event.id) ?? own.get(event.id);
    if (!other) own.set(event.id, event);
    else if (!haveSameContent(other, event)) conflicts.add(event.id);
  }
  return conflicts;
}

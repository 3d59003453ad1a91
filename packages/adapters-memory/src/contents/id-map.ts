import type { Event, EventId } from '@event-tracker/core';

/**
 * Events by id, in many small Maps. A Map that grows rehashes all entries in one step, which blocks the event loop for
 * 100 ms at a million entries; here only one small Map is rehashed in one step.
 */
export interface IdMap {
  get(id: EventId): Event | undefined;
  set(id: EventId, event: Event): void;
  delete(id: EventId): void;
}

const PARTS = 1_024;

export function createIdMap(): IdMap {
  const parts = Array.from({ length: PARTS }, () => new Map<EventId, Event>());
  const partOf = (id: EventId) => parts[hash(id) % PARTS] as Map<EventId, Event>;
  return {
    get: (id) => partOf(id).get(id),
    set: (id, event) => {
      partOf(id).set(id, event);
    },
    delete: (id) => {
      partOf(id).delete(id);
    },
  };
}

/** Hashes all characters, because some UUID versions are random only in the first digits, others only in the last. */
function hash(id: EventId): number {
  let hash = 0;
  for (let i = 0; i < id.length; i++) hash = (Math.imul(hash, 31) + id.charCodeAt(i)) | 0;
  return hash >>> 0;
}

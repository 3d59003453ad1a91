import type { Event, EventId } from '@event-tracker/core';

/**
 * Events by id: a Map, in many parts. A Map that doubles moves all of its entries at once, which blocks
 * everybody for a tenth of a second at a million of them; here only one small part moves at a time.
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

/** Spreads ids of every version evenly: some are random in their first digits, some in their last. */
function hash(id: EventId): number {
  let hash = 0;
  for (let i = 0; i < id.length; i++) hash = (Math.imul(hash, 31) + id.charCodeAt(i)) | 0;
  return hash >>> 0;
}

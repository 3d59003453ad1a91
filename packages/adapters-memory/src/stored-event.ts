import type { Event, EventPosition } from '@event-tracker/core';

/** An event in the store, with what finding it needs at hand. */
export interface StoredEvent extends EventPosition {
  readonly event: Event;
  /** The order of storing, from 1, without gaps within a batch. */
  readonly sequence: number;
  /** Estimated bytes of memory. */
  readonly bytes: number;
}

import type { Event } from '@event-tracker/core';

/** An event on its way into the store, with what is kept of it beside. */
export interface StoredEvent {
  readonly event: Event;
  /** The order of storing, from 1, without gaps within a batch. */
  readonly sequence: number;
  /** Estimated bytes of memory. */
  readonly bytes: number;
}

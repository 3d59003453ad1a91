import type { Event } from '@event-tracker/core';

/** An event and the values that the store keeps with it. */
export interface StoredEvent {
  readonly event: Event;
  /** The position in arrival order, from 1, without gaps within a batch. */
  readonly sequence: number;
  /** Estimated bytes of memory. */
  readonly bytes: number;
}

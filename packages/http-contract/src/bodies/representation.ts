import type { Event } from '@event-tracker/core';

/** How a list of events is written. */
export interface Representation {
  readonly contentType: string;
  readonly head: string;
  readonly separator: string;
  readonly foot: string;
  write(event: Event): string;
}

import type { Event } from '@event-tracker/core';

/** The text format of a list of events. */
export interface Representation {
  readonly contentType: string;
  readonly head: string;
  readonly separator: string;
  readonly foot: string;
  write(event: Event): string;
}

import type { Event, EventId } from '@event-tracker/core';
import { parseJsonText } from '@event-tracker/core/store';

/** An event that waits to be sent. */
export interface QueuedEvent {
  readonly id: EventId;
  /** JSON of the event. */
  readonly text: string;
  /** Size of `text` in UTF-8. */
  readonly bytes: number;
}

const encoder = new TextEncoder();

export function toQueuedEvent(event: Event): QueuedEvent {
  const text = JSON.stringify(event);
  return { id: event.id, text, bytes: encoder.encode(text).length };
}

export function toEvent({ text }: QueuedEvent): Event {
  return parseJsonText(text) as Event; // the inverse of toQueuedEvent
}

/** Greatest number of events in a request. */
export const MAX_BATCH_EVENTS = 500;
/** Greatest size of a request in bytes; one event alone can be larger. */
export const MAX_BATCH_BYTES = 1_000_000;

/** Returns the number of events, from the first on, that one request has. */
export function batchLength(events: readonly QueuedEvent[], maxBytes: number = MAX_BATCH_BYTES): number {
  let bytes = 1; // the brackets, and a comma for each event
  const end = events.slice(0, MAX_BATCH_EVENTS).findIndex((event) => {
    bytes += event.bytes + 1;
    return bytes > maxBytes;
  });
  return end === -1 ? Math.min(events.length, MAX_BATCH_EVENTS) : Math.max(end, 1);
}

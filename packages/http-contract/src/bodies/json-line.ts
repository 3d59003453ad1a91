import type { Event } from '@event-tracker/core';
import { eventText } from '@event-tracker/core/schemas';

/** Writes a value as JSON that ends with a newline, as every JSON response does: a terminal shows its prompt on a new line. */
export function jsonLine(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}

/** Writes an event as `jsonLine` does, but without parsing its payload if a store returned it as text. */
export function eventLine(event: Event): string {
  return `${eventText(event)}\n`;
}

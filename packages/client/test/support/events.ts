import type { Event, NewEvent } from '@event-tracker/core';
import { createEventTrackerClient } from '../../src/index.ts';

let lastType = 0;

/** Returns events of a type that no other test of the file uses. */
export function newEvents(count: number): NewEvent[] {
  const event_type = `type-${++lastType}`;
  return Array.from({ length: count }, (_, n) => ({ event_type, timestamp: '2025-01-01T12:00:00Z', payload: { n } }));
}

/** Returns the stored events of a type. */
export async function readStored(url: string, { event_type }: Pick<NewEvent, 'event_type'>): Promise<Event[]> {
  const found: Event[] = [];
  for await (const event of createEventTrackerClient({ url }).query({ event_type })) found.push(event);
  return found;
}

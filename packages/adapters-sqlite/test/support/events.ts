import { randomUUID } from 'node:crypto';
import type { Event } from '@event-tracker/core';
import type { EventStorePort } from '@event-tracker/core/store';

export function anEvent(members: Partial<Event> = {}): Event {
  return { id: randomUUID(), event_type: 'login', timestamp: '2025-01-01T12:00:00Z', payload: { n: 1 }, ...members };
}

export function events(count: number, members: Partial<Event> = {}): readonly Event[] {
  return Array.from({ length: count }, (_, n) => anEvent({ payload: { n }, ...members }));
}

/** Returns all events of a store. */
export function readAll(store: EventStorePort): Promise<readonly Event[]> {
  return store.query({ filter: {}, order: 'asc', limit: 1_000_000 });
}

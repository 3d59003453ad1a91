import { randomUUID } from 'node:crypto';
import type { Event } from '@event-tracker/core';

/** Returns an event with default members and a new id. */
export function anEvent(members: Partial<Event> = {}): Event {
  return { id: randomUUID(), event_type: 'login', timestamp: '2025-01-01T12:00:00Z', payload: { n: 1 }, ...members };
}

export function events(count: number, members: Partial<Event> = {}): Event[] {
  return Array.from({ length: count }, () => anEvent(members));
}

/** Returns a unique name for a database. */
export function newDatabase(): string {
  return `test_${randomUUID().replaceAll('-', '')}`;
}

import type { Event, NewEvent } from '@event-tracker/core';
import { epochNanosecondsOf, formatTimestamp } from '@event-tracker/core/store';

const START = epochNanosecondsOf('2025-01-01T00:00:00Z');
const START_MS = Date.UTC(2025, 0, 1);
const NANOSECONDS_PER_SECOND = 1_000_000_000n;

export const TYPES: readonly string[] = ['page_view', 'click', 'login', 'logout', 'purchase'];

/** Returns the instant of the nth event. Events are a second apart. */
export function instantOf(n: number): bigint {
  return START + BigInt(n) * NANOSECONDS_PER_SECOND;
}

export function timestampOf(n: number): string {
  return formatTimestamp(instantOf(n));
}

/** Returns the nth event of the small events that all scenarios use. */
function newEventOf(n: number): NewEvent {
  return {
    event_type: TYPES[n % TYPES.length] ?? '',
    timestamp: timestampOf(n),
    payload: { user_id: n % 5_000, path: `/products/${n % 977}`, amount: (n % 10_000) / 100, ok: n % 3 === 0, n },
  };
}

export function newEventsFrom(n: number, count: number): readonly NewEvent[] {
  return Array.from({ length: count }, (_, index) => newEventOf(n + index));
}

/** A placeholder for a timestamp, which the client replaces by the time of sending. */
export const SENT_NOW = '2025-01-01T00:00:00.000Z';

/** Returns events as NDJSON, with the placeholder `SENT_NOW` as their timestamps. */
export function currentLinesFrom(n: number, count: number): string {
  return toLines(newEventsFrom(n, count).map((event) => ({ ...event, timestamp: SENT_NOW })));
}

export function linesFrom(n: number, count: number): string {
  return toLines(newEventsFrom(n, count));
}

function toLines(events: readonly NewEvent[]): string {
  return events.map((event) => `${JSON.stringify(event)}\n`).join('');
}

/** Returns the events as core passes them to a store, with ascending ids. */
export function eventsFrom(n: number, count: number): readonly Event[] {
  return newEventsFrom(n, count).map(({ event_type, timestamp, payload }, index) =>
    Object.freeze({ id: idOf(n + index), event_type, timestamp, payload: Object.freeze(payload) }),
  );
}

/** Returns a UUIDv7 (RFC 9562, 5.7): the time, followed by pseudo-random digits. */
function idOf(n: number): string {
  const time = (START_MS + n * 1_000).toString(16).padStart(12, '0');
  const chance = [1, 2, 3].map((salt) => ((Math.imul(n + salt, 0x9e3779b1) ^ (n >>> salt)) >>> 8).toString(16));
  const digits = chance.map((part) => part.padStart(6, '0')).join('');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${digits.slice(0, 3)}-8${digits.slice(3, 6)}-${digits.slice(6)}`;
}

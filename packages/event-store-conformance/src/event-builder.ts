import type { Event, EventId, JsonValue } from '@event-tracker/core';
import { type EventPosition, epochNanosecondsOf, formatTimestamp } from '@event-tracker/core/store';
import type { Random } from './random.ts';

/** Creates an event as core passes it to a store: deeply frozen. Default: type `login`; other members random, in 2025. */
export type EventBuilder = (members?: Partial<Event>) => Event;

/** The first and the last instant that an event can have. */
export const EARLIEST = '1900-01-01T00:00:00Z';
export const LATEST = '2262-04-11T23:47:16.854775807Z';

const START_OF_2025 = epochNanosecondsOf('2025-01-01T00:00:00Z');

export function createEventBuilder(random: Random): EventBuilder {
  return ({
    id = randomId(random),
    event_type = 'login',
    timestamp = formatTimestamp(START_OF_2025 + BigInt(random.integer(31_536_000)) * 1_000_000_000n),
    payload = { n: random.integer(1_000_000) },
  } = {}) => freezeDeep({ id, event_type, timestamp, payload });
}

/** Returns a UUID of any version: core creates version 7, clients can send other versions. */
export function randomId(random: Random): EventId {
  const digits = Array.from({ length: 4 }, () =>
    random
      .integer(2 ** 32)
      .toString(16)
      .padStart(8, '0'),
  ).join('');
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** Returns a copy of an event with other members. */
export function changed(event: Event, members: Partial<Event>): Event {
  return freezeDeep({ ...event, ...members });
}

/** Returns the position of an event in the total order. */
export function positionOf({ timestamp, id }: Event): EventPosition {
  return { epochNanoseconds: epochNanosecondsOf(timestamp), id };
}

export function freezeDeep<T extends Event | JsonValue>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const member of Object.values(value)) freezeDeep(member);
    Object.freeze(value);
  }
  return value;
}

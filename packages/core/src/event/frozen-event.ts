import type { Event, JsonValue } from './event.ts';

/**
 * Makes sure that nobody can change an event from now on: cheaply where it looks frozen, as every event of core's does,
 * else by a deeply frozen copy.
 */
export function secureEvent(event: Event): Event {
  return Object.isFrozen(event) && Object.isFrozen(event.payload) ? event : copyEvent(event);
}

/** The event itself where it is frozen to the bottom, else a deeply frozen copy. */
export function toFrozenEvent(event: Event): Event {
  return Object.isFrozen(event) && isDeeplyFrozen(event.payload) ? event : copyEvent(event);
}

function copyEvent({ id, event_type, timestamp, payload }: Event): Event {
  return Object.freeze({ id, event_type, timestamp, payload: frozenCopy(payload) });
}

function isDeeplyFrozen(value: JsonValue): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return Object.isFrozen(value) && Object.values(value).every(isDeeplyFrozen);
}

function frozenCopy<T extends JsonValue>(value: T): T;
function frozenCopy(value: JsonValue): JsonValue {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return Object.freeze(value.map((item) => frozenCopy(item)));
  return Object.freeze(Object.fromEntries(Object.entries(value).map(([name, member]) => [name, frozenCopy(member)])));
}

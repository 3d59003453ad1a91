import type { Event, JsonValue } from './event.ts';
import { isJsonArray } from './json-array.ts';

/**
 * True if two events have the same type, the same instant and deeply equal payloads, which distinguishes a duplicate from a
 * conflict. Ignores the id and the order of members.
 */
export function haveSameContent(a: Event, b: Event): boolean {
  // Timestamps are canonical: one instant has one text.
  return a.event_type === b.event_type && a.timestamp === b.timestamp && areEqualJson(a.payload, b.payload);
}

/** True if two JSON values are deeply equal, whatever the order of their members. */
export function areEqualJson(a: JsonValue, b: JsonValue): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (isJsonArray(a) || isJsonArray(b)) {
    return (
      isJsonArray(a) &&
      isJsonArray(b) &&
      a.length === b.length &&
      a.every((item, index) => areEqualJson(item, b[index] as JsonValue))
    );
  }
  const names = Object.keys(a);
  if (names.length !== Object.keys(b).length) return false;
  return names.every((name) => Object.hasOwn(b, name) && areEqualJson(a[name] as JsonValue, b[name] as JsonValue));
}

import type { JsonValue } from '../event/event.ts';

/** Returns the JSON of a value with the members of each object in the order of their names: equal values have one text. */
export function canonicalJson(value: JsonValue): string {
  return JSON.stringify(value, (_name, member: JsonValue) => {
    if (typeof member !== 'object' || member === null || Array.isArray(member)) return member;
    return Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

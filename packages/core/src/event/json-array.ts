import type { JsonValue } from './event.ts';

/** True if a JSON value is an array. `Array.isArray` does not narrow readonly arrays. */
export function isJsonArray(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

import type { Event, JsonValue } from '@event-tracker/core';

/** An event with its places in the id map and the three indexes, its strings and its payload left out. */
const EVENT_BYTES = 336;
const STRING_BYTES = 24;
const CONTAINER_BYTES = 56;
const SLOT_BYTES = 16;
/** A number that is no small integer is an object of its own. */
const NUMBER_BYTES = 16;

/** About how many bytes of memory an event takes in the store. */
export function estimateBytes({ event_type, payload }: Event): number {
  return EVENT_BYTES + estimateValue(event_type) + estimateValue(payload);
}

/** Beyond Latin-1 a character takes two bytes. Names that many payloads share are counted as if they did not. */
function estimateText(text: string): number {
  return STRING_BYTES + 2 * text.length;
}

function estimateValue(value: JsonValue): number {
  if (typeof value === 'string') return estimateText(value);
  if (typeof value === 'number') return NUMBER_BYTES;
  if (typeof value !== 'object' || value === null) return 0; // held in its container's slot
  let bytes = CONTAINER_BYTES;
  if (isArray(value)) {
    for (const item of value) bytes += SLOT_BYTES + estimateValue(item);
    return bytes;
  }
  for (const name of Object.keys(value))
    bytes += SLOT_BYTES + estimateText(name) + estimateValue(value[name] as JsonValue);
  return bytes;
}

// Array.isArray does not narrow readonly arrays.
function isArray(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

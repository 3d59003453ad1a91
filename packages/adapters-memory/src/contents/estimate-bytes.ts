import type { Event, JsonValue } from '@event-tracker/core';
import { isJsonArray } from '@event-tracker/core/store';

/** An event object and its entries in the id map and the three indexes, without its type and payload. */
const EVENT_BYTES = 336;
const STRING_BYTES = 24;
const CONTAINER_BYTES = 56;
const SLOT_BYTES = 16;
/** V8 allocates an object for a number that is not a small integer. */
const NUMBER_BYTES = 16;

/** Estimates the bytes of memory that an event needs in the store. */
export function estimateBytes({ event_type, payload }: Event): number {
  return EVENT_BYTES + estimateValue(event_type) + estimateValue(payload);
}

/** Counts two bytes per code unit, as needed beyond Latin-1, and counts member names that payloads share for each payload. */
function estimateText(text: string): number {
  return STRING_BYTES + 2 * text.length;
}

function estimateValue(value: JsonValue): number {
  if (typeof value === 'string') return estimateText(value);
  if (typeof value === 'number') return NUMBER_BYTES;
  if (typeof value !== 'object' || value === null) return 0; // stored in the slot of its container
  let bytes = CONTAINER_BYTES;
  if (isJsonArray(value)) {
    for (const item of value) bytes += SLOT_BYTES + estimateValue(item);
    return bytes;
  }
  for (const name of Object.keys(value))
    bytes += SLOT_BYTES + estimateText(name) + estimateValue(value[name] as JsonValue);
  return bytes;
}

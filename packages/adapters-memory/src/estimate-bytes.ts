import type { Event, JsonValue } from '@event-tracker/core';

/** An event with its places in the id map and both indexes, its strings and its payload left out. */
const EVENT_BYTES = 320;
const STRING_BYTES = 24;
const CONTAINER_BYTES = 56;
const SLOT_BYTES = 16;

/** About how many bytes of memory an event takes in the store. */
export function estimateBytes({ event_type, payload }: Event): number {
  return EVENT_BYTES + estimateValue(event_type) + estimateValue(payload);
}

function estimateValue(value: JsonValue): number {
  if (typeof value === 'string') return STRING_BYTES + value.length;
  if (typeof value !== 'object' || value === null) return 0; // held in its container's slot
  let bytes = CONTAINER_BYTES;
  for (const member of Object.values(value)) bytes += SLOT_BYTES + estimateValue(member);
  return bytes;
}

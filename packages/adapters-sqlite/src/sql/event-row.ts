import type { Event, JsonObject } from '@event-tracker/core';
import { type EpochNanoseconds, epochNanosecondsOf, formatTimestamp, parseJsonText } from '@event-tracker/core/store';

/** An event as stored in the file and passed between threads. The payload is JSON text. */
export type EventRow = readonly [id: string, event_type: string, epochNanoseconds: EpochNanoseconds, payload: string];

export function toRow({ id, event_type, timestamp, payload }: Event): EventRow {
  return [id, event_type, epochNanosecondsOf(timestamp), JSON.stringify(payload)];
}

export function toEvent([id, event_type, epochNanoseconds, payload]: EventRow): Event {
  return {
    id,
    event_type,
    timestamp: formatTimestamp(epochNanoseconds),
    payload: parseJsonText(payload) as JsonObject,
  };
}

import type { Event, JsonObject } from '@event-tracker/core';
import { formatTimestamp, parseJsonText } from '@event-tracker/core/store';

/** An event as pg reads it: `bigint` comes as text. */
export interface EventRow {
  readonly id: string;
  readonly event_type: string;
  readonly epoch_nanoseconds: string;
  readonly payload: string;
}

/** What an {@link EventRow} is read from. */
export const EVENT_COLUMNS = 'id, event_type, epoch_nanoseconds, payload';

export function toEvent({ id, event_type, epoch_nanoseconds, payload }: EventRow): Event {
  const timestamp = formatTimestamp(BigInt(epoch_nanoseconds));
  return { id, event_type, timestamp, payload: parseJsonText(payload) as JsonObject };
}

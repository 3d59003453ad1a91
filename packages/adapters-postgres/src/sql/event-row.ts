import type { Event, JsonObject } from '@event-tracker/core';
import { formatTimestamp, parseJsonText } from '@event-tracker/core/store';

/** An event as pg returns it: `bigint` is text. */
export interface EventRow {
  readonly id: string;
  readonly event_type: string;
  readonly epoch_nanoseconds: string;
  readonly payload: string;
}

/** The columns of an {@link EventRow}. */
export const EVENT_COLUMNS = 'id, event_type, epoch_nanoseconds, payload';

export function toEvent({ id, event_type, epoch_nanoseconds, payload }: EventRow): Event {
  const timestamp = formatTimestamp(BigInt(epoch_nanoseconds));
  return { id, event_type, timestamp, payload: parseJsonText(payload) as JsonObject };
}

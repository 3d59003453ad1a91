import type { Event, JsonObject } from '@event-tracker/core';
import { formatTimestamp, parseJsonText } from '@event-tracker/core/store';

/** An event as ClickHouse returns it: 64-bit integers are text. */
export interface EventRow {
  readonly id_text: string;
  readonly event_type: string;
  readonly epoch_nanoseconds: string;
  readonly payload: string;
  readonly precedence: string;
}

/** The columns of an {@link EventRow}. */
export const EVENT_COLUMNS = 'UUIDNumToString(id) AS id_text, event_type, epoch_nanoseconds, payload, precedence';

export function toEvent({ id_text, event_type, epoch_nanoseconds, payload }: EventRow): Event {
  const timestamp = formatTimestamp(BigInt(epoch_nanoseconds));
  return { id: id_text, event_type, timestamp, payload: parseJsonText(payload) as JsonObject };
}

/** True if a row, and not another copy of the event, was stored first. */
export function precedes(row: EventRow, other: EventRow): boolean {
  return BigInt(row.precedence) > BigInt(other.precedence);
}

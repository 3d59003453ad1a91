import type { Event, JsonObject } from '@event-tracker/core';
import { formatTimestamp, parseJsonText } from '@event-tracker/core/store';

/** An event as ClickHouse answers it: 64-bit integers come as text. */
export interface EventRow {
  readonly id_text: string;
  readonly event_type: string;
  readonly epoch_nanoseconds: string;
  readonly payload: string;
  readonly precedence: string;
}

/** What an {@link EventRow} is read from. */
export const EVENT_COLUMNS = 'UUIDNumToString(id) AS id_text, event_type, epoch_nanoseconds, payload, precedence';

export function toEvent({ id_text, event_type, epoch_nanoseconds, payload }: EventRow): Event {
  const timestamp = formatTimestamp(BigInt(epoch_nanoseconds));
  return { id: id_text, event_type, timestamp, payload: parseJsonText(payload) as JsonObject };
}

/** Whether a row stands for its event, and not another one of the same id. */
export function precedes(row: EventRow, other: EventRow): boolean {
  return BigInt(row.precedence) > BigInt(other.precedence);
}

import type { Event } from '../event/event.ts';
import { type EpochNanoseconds, epochNanosecondsOf } from '../event/timestamp.ts';

/** Which events are meant; an event matches when it matches every member that is there. */
export interface EventFilter {
  /** The event's type is one of these, exactly. */
  readonly event_type?: readonly string[] | undefined;
  /** The event happened then or later. */
  readonly start?: EpochNanoseconds | undefined;
  /** The event happened then or earlier. */
  readonly end?: EpochNanoseconds | undefined;
}

/** What a filter means. A store may find events in any way it likes, as long as it finds what this function would. */
export function matchesFilter(event: Event, filter: EventFilter): boolean {
  return matchesType(event, filter) && matchesTime(event, filter);
}

function matchesType(event: Event, { event_type }: EventFilter): boolean {
  return event_type === undefined || event_type.includes(event.event_type);
}

function matchesTime(event: Event, { start, end }: EventFilter): boolean {
  if (start === undefined && end === undefined) return true;
  const time = epochNanosecondsOf(event.timestamp);
  return (start === undefined || time >= start) && (end === undefined || time <= end);
}

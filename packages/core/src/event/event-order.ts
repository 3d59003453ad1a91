import type { Event, EventId } from './event.ts';
import { type EpochNanoseconds, epochNanosecondsOf } from './timestamp.ts';

/** Direction of the total order. */
export type EventOrder = 'asc' | 'desc';

/** A position in the total order of events: by time, then by id as text. Each event has a different position. */
export interface EventPosition {
  readonly epochNanoseconds: EpochNanoseconds;
  readonly id: EventId;
}

/** Compares two positions in the total order, ascending: negative, zero or positive, as `Array.prototype.sort` requires. */
export function comparePositions(a: EventPosition, b: EventPosition): number {
  if (a.epochNanoseconds !== b.epochNanoseconds) return a.epochNanoseconds < b.epochNanoseconds ? -1 : 1;
  if (a.id === b.id) return 0;
  return a.id < b.id ? -1 : 1;
}

/** Returns the position of an event in the total order. */
export function positionOf({ timestamp, id }: Event): EventPosition {
  return { epochNanoseconds: epochNanosecondsOf(timestamp), id };
}

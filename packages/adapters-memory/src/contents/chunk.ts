import type { Event } from '@event-tracker/core';
import { comparePlaces, type Place } from './place.ts';
import type { StoredEvent } from './stored-event.ts';

/**
 * A stretch of an index: events in the total order. What else is known of each stands in an array of its own, so that
 * whoever goes through the events touches nothing but them.
 */
export interface Chunk {
  readonly events: Event[];
  /** The sequence of each event. */
  readonly sequences: number[];
  /** None of the sequences is greater. */
  newest: number;
  /** Estimated bytes of memory of all events together; after a split, about. */
  bytes: number;
}

export function createChunk(): Chunk {
  return { events: [], sequences: [], newest: 0, bytes: 0 };
}

/** How many events of a chunk stand before a place. */
export function countBefore({ events }: Chunk, place: Place): number {
  let low = 0;
  let high = events.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (comparePlaces(events[middle] as Event, place) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** How many events of a chunk stand before a place or at it. */
export function countUpTo(chunk: Chunk, place: Place): number {
  const count = countBefore(chunk, place);
  const next = chunk.events[count];
  return next && comparePlaces(next, place) === 0 ? count + 1 : count;
}

/** Puts an event at an index. */
export function insertAt(chunk: Chunk, index: number, { event, sequence, bytes }: StoredEvent): void {
  if (index === chunk.events.length) {
    chunk.events.push(event);
    chunk.sequences.push(sequence);
  } else {
    chunk.events.splice(index, 0, event);
    chunk.sequences.splice(index, 0, sequence);
  }
  chunk.newest = Math.max(chunk.newest, sequence);
  chunk.bytes += bytes;
}

export function removeAt(chunk: Chunk, index: number, bytes: number): void {
  chunk.events.splice(index, 1);
  chunk.sequences.splice(index, 1);
  chunk.bytes = Math.max(0, chunk.bytes - bytes);
}

/** Moves the upper half of a chunk into a new one. */
export function splitChunk(chunk: Chunk): Chunk {
  const middle = chunk.events.length >>> 1;
  const bytes = chunk.bytes / 2;
  chunk.bytes = bytes;
  return {
    events: chunk.events.splice(middle),
    sequences: chunk.sequences.splice(middle),
    newest: chunk.newest,
    bytes,
  };
}

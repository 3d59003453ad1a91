import type { Event } from '@event-tracker/core';
import { compareSortKeys, type SortKey } from './sort-key.ts';
import type { StoredEvent } from './stored-event.ts';

/**
 * A part of an index: consecutive events in the total order. Sequences are in a separate array so that a scan reads
 * nothing but the events.
 */
export interface Chunk {
  readonly events: Event[];
  /** `sequences[i]` is the sequence of `events[i]`. */
  readonly sequences: number[];
  /** An upper bound of the sequences. */
  newest: number;
  /** Estimated bytes of memory of all events. A split halves the number, so it is approximate afterwards. */
  bytes: number;
}

export function createChunk(): Chunk {
  return { events: [], sequences: [], newest: 0, bytes: 0 };
}

/** Returns the number of events of a chunk before a sort key. */
export function countBefore({ events }: Chunk, key: SortKey): number {
  let low = 0;
  let high = events.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareSortKeys(events[middle] as Event, key) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Returns the number of events of a chunk before or at a sort key. */
export function countUpTo(chunk: Chunk, key: SortKey): number {
  const count = countBefore(chunk, key);
  const next = chunk.events[count];
  return next && compareSortKeys(next, key) === 0 ? count + 1 : count;
}

/** Inserts an event at an index. */
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

export function deleteAt(chunk: Chunk, index: number, bytes: number): void {
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

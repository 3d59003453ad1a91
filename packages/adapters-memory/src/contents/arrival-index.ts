import type { Event } from '@event-tracker/core';
import type { StoredEvent } from './stored-event.ts';

/** Stored events in arrival order, that is, by sequence. */
export interface ArrivalIndex {
  /** Adds an event. Its sequence must be greater than all others. */
  add(stored: Pick<StoredEvent, 'event' | 'sequence'>): void;
  /** Deletes the event with a sequence, if there is one. */
  delete(sequence: number): void;
  /** Returns the first events whose sequence is greater than `after` and at most `until`. */
  read(after: number, until: number, limit: number): readonly Pick<StoredEvent, 'event' | 'sequence'>[];
}

/** Consecutive events: `sequences[i]` is the sequence of `events[i]`. */
interface ArrivalChunk {
  readonly events: Event[];
  readonly sequences: number[];
}

/** Small enough that deleting an event from a chunk costs no more than finding it. */
const MAX_CHUNK_EVENTS = 512;

export function createArrivalIndex(): ArrivalIndex {
  /** In ascending order; no chunk is empty. */
  const chunks: ArrivalChunk[] = [];

  /** Returns the index of the first chunk whose last sequence is not less than `sequence`. */
  function find(sequence: number): number {
    return countBelow(chunks.length, (n) => lastOf(chunks[n] as ArrivalChunk) < sequence);
  }

  return {
    add: ({ event, sequence }) => {
      let chunk = chunks.at(-1);
      if (!chunk || chunk.events.length >= MAX_CHUNK_EVENTS) {
        chunk = { events: [], sequences: [] };
        chunks.push(chunk);
      }
      chunk.events.push(event);
      chunk.sequences.push(sequence);
    },
    delete: (sequence) => {
      const number = find(sequence);
      const chunk = chunks[number];
      if (!chunk) return;
      const index = indexAt(chunk, sequence);
      if (chunk.sequences[index] !== sequence) return;
      chunk.events.splice(index, 1);
      chunk.sequences.splice(index, 1);
      if (chunk.events.length === 0) chunks.splice(number, 1);
    },
    read: (after, until, limit) => {
      const found: Pick<StoredEvent, 'event' | 'sequence'>[] = [];
      for (let number = find(after + 1); number < chunks.length; number++) {
        const chunk = chunks[number] as ArrivalChunk;
        for (let index = indexAt(chunk, after + 1); index < chunk.events.length; index++) {
          const sequence = chunk.sequences[index] as number;
          if (sequence > until || found.length === limit) return found;
          found.push({ event: chunk.events[index] as Event, sequence });
        }
      }
      return found;
    },
  };
}

/** Returns the index of the first sequence in a chunk that is not less than `sequence`. */
function indexAt({ sequences }: ArrivalChunk, sequence: number): number {
  return countBelow(sequences.length, (n) => (sequences[n] as number) < sequence);
}

/** Binary search: returns the first `n` below `length` for which `isBelow` is false, or `length`. */
function countBelow(length: number, isBelow: (n: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBelow(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function lastOf({ sequences }: ArrivalChunk): number {
  return sequences[sequences.length - 1] as number; // no chunk is empty
}

import type { Event } from '@event-tracker/core';
import type { EventOrder } from '@event-tracker/core/store';
import { type Chunk, countBefore, countUpTo, createChunk, insertAt, removeAt, splitChunk } from './chunk.ts';
import { comparePlaces, type Place } from './place.ts';
import type { StoredEvent } from './stored-event.ts';

/** Stored events in the total order. */
export interface PositionIndex {
  add(stored: StoredEvent): void;
  /** Deletes an event, if it is there, and returns its sequence. */
  remove(stored: Pick<StoredEvent, 'event' | 'bytes'>): number | undefined;
  isEmpty(): boolean;
  /** The sequence of an event; undefined where it is not there. */
  sequenceOf(event: Event): number | undefined;
  /**
   * Walks the events of a range in order, run by run. Finding the first costs O(log n). The index must not change while
   * the walk is under way.
   */
  walk(order: EventOrder, range: Range): Generator<Run, void, void>;
}

/** What lies strictly between two places, in the order of the walk; without them, from the beginning and to the end. */
export interface Range {
  readonly after: Place | undefined;
  readonly before: Place | undefined;
}

/** Neighbours in an index: the events of a chunk from one index on up to another, which itself is left out. */
export interface Run {
  readonly chunk: Chunk;
  readonly from: number;
  /** Less than `from` in descending order. */
  readonly to: number;
}

/** Most events of a chunk: to put one in between takes no longer than to find where. */
const MAX_CHUNK_EVENTS = 512;
/** Estimated bytes at which a chunk is full all the same: nobody is held up by going through one. */
const MAX_CHUNK_BYTES = 1024 ** 2;

/** Made of sorted arrays of a bounded length: quick to go through, and quick to append to, where most events belong. */
export function createPositionIndex(): PositionIndex {
  /** In order; none is empty. */
  const chunks: Chunk[] = [];

  /** The number of the first chunk that does not end before a place. */
  function chunkNumberOf(place: Place): number {
    let low = 0;
    let high = chunks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (comparePlaces(lastOf(chunks[middle] as Chunk), place) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Where an event is. */
  function find(event: Event) {
    const number = chunkNumberOf(event);
    const chunk = chunks[number];
    if (!chunk) return undefined;
    const index = countBefore(chunk, event);
    return chunk.events[index] === event ? { number, chunk, index } : undefined;
  }

  function append(stored: StoredEvent): void {
    let last = chunks.at(-1);
    if (!last || last.events.length >= MAX_CHUNK_EVENTS || last.bytes >= MAX_CHUNK_BYTES) {
      last = createChunk();
      chunks.push(last);
    }
    insertAt(last, last.events.length, stored);
  }

  function insert(stored: StoredEvent): void {
    const number = chunkNumberOf(stored.event);
    const chunk = chunks[number] as Chunk; // it does not belong behind the last one
    insertAt(chunk, countBefore(chunk, stored.event), stored);
    const isTooLarge = chunk.events.length > MAX_CHUNK_EVENTS || chunk.bytes > MAX_CHUNK_BYTES;
    if (isTooLarge && chunk.events.length > 1) chunks.splice(number + 1, 0, splitChunk(chunk));
  }

  function* ascend({ after, before }: Range): Generator<Run, void, void> {
    const first = after ? chunkNumberOf(after) : 0;
    for (let number = first; number < chunks.length; number++) {
      const chunk = chunks[number] as Chunk;
      const from = after && number === first ? countUpTo(chunk, after) : 0;
      const isLast = before !== undefined && comparePlaces(lastOf(chunk), before) >= 0;
      const to = isLast ? countBefore(chunk, before) : chunk.events.length;
      if (from < to) yield { chunk, from, to };
      if (isLast) return;
    }
  }

  function* descend({ after, before }: Range): Generator<Run, void, void> {
    const first = after ? Math.min(chunkNumberOf(after), chunks.length - 1) : chunks.length - 1;
    for (let number = first; number >= 0; number--) {
      const chunk = chunks[number] as Chunk;
      const from = (after && number === first ? countBefore(chunk, after) : chunk.events.length) - 1;
      const isLast = before !== undefined && comparePlaces(chunk.events[0] as Event, before) <= 0;
      const to = isLast ? countUpTo(chunk, before) - 1 : -1;
      if (from > to) yield { chunk, from, to };
      if (isLast) return;
    }
  }

  return {
    add: (stored) => {
      const last = chunks.at(-1);
      if (!last || comparePlaces(lastOf(last), stored.event) < 0) append(stored);
      else insert(stored);
    },
    remove: ({ event, bytes }) => {
      const found = find(event);
      if (!found) return undefined;
      const sequence = found.chunk.sequences[found.index];
      removeAt(found.chunk, found.index, bytes);
      if (found.chunk.events.length === 0) chunks.splice(found.number, 1);
      return sequence;
    },
    isEmpty: () => chunks.length === 0,
    sequenceOf: (event) => {
      const found = find(event);
      return found?.chunk.sequences[found.index];
    },
    walk: (order, range) => (order === 'asc' ? ascend(range) : descend(range)),
  };
}

function lastOf({ events }: Chunk): Event {
  return events[events.length - 1] as Event; // no chunk is empty
}

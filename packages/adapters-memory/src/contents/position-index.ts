import type { Event } from '@event-tracker/core';
import type { EventOrder } from '@event-tracker/core/store';
import { type Chunk, countBefore, countUpTo, createChunk, deleteAt, insertAt, splitChunk } from './chunk.ts';
import { compareSortKeys, type SortKey } from './sort-key.ts';
import type { StoredEvent } from './stored-event.ts';

/** Stored events in the total order. */
export interface PositionIndex {
  add(stored: StoredEvent): void;
  /** Deletes an event and returns its sequence; `undefined` if the event is not in the index. */
  delete(stored: Pick<StoredEvent, 'event' | 'bytes'>): number | undefined;
  isEmpty(): boolean;
  /** Returns the sequence of an event; `undefined` if the event is not in the index. */
  sequenceOf(event: Event): number | undefined;
  /** Returns the number of events before each of some sort keys, which must be in ascending order. */
  countBefore(keys: readonly SortKey[]): readonly number[];
  /**
   * Yields the events of a range in order, as runs. Finding the first event costs O(log n). The index must not change
   * during the walk.
   */
  walk(order: EventOrder, range: Range): Generator<Run, void, void>;
}

/** An open interval of sort keys, in the order of the walk; `undefined` means unbounded. */
export interface Range {
  readonly after: SortKey | undefined;
  readonly before: SortKey | undefined;
}

/** Consecutive events of a chunk: from index `from` up to, but not including, index `to`. */
export interface Run {
  readonly chunk: Chunk;
  readonly from: number;
  /** Less than `from` in descending order. */
  readonly to: number;
}

/** Small enough that inserting an event into a chunk costs no more than finding its index. */
const MAX_CHUNK_EVENTS = 512;
/** Bounds the time to scan one chunk of large events. In estimated bytes. */
const MAX_CHUNK_BYTES = 1024 ** 2;

/** Uses sorted arrays of bounded length: fast to scan, and fast to append to, where most events belong. */
export function createPositionIndex(): PositionIndex {
  /** In ascending order; no chunk is empty. */
  const chunks: Chunk[] = [];

  /** Returns the number of the first chunk whose last event is not before `key`. */
  function chunkNumberOf(key: SortKey): number {
    let low = 0;
    let high = chunks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compareSortKeys(lastOf(chunks[middle] as Chunk), key) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Returns the chunk and the index of an event. */
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
    const chunk = chunks[number] as Chunk; // exists: the caller appends an event that is after all others
    insertAt(chunk, countBefore(chunk, stored.event), stored);
    const isTooLarge = chunk.events.length > MAX_CHUNK_EVENTS || chunk.bytes > MAX_CHUNK_BYTES;
    if (isTooLarge && chunk.events.length > 1) chunks.splice(number + 1, 0, splitChunk(chunk));
  }

  function* ascend({ after, before }: Range): Generator<Run, void, void> {
    const first = after ? chunkNumberOf(after) : 0;
    for (let number = first; number < chunks.length; number++) {
      const chunk = chunks[number] as Chunk;
      const from = after && number === first ? countUpTo(chunk, after) : 0;
      const isLast = before !== undefined && compareSortKeys(lastOf(chunk), before) >= 0;
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
      const isLast = before !== undefined && compareSortKeys(chunk.events[0] as Event, before) <= 0;
      const to = isLast ? countUpTo(chunk, before) - 1 : -1;
      if (from > to) yield { chunk, from, to };
      if (isLast) return;
    }
  }

  return {
    add: (stored) => {
      const last = chunks.at(-1);
      if (!last || compareSortKeys(lastOf(last), stored.event) < 0) append(stored);
      else insert(stored);
    },
    delete: ({ event, bytes }) => {
      const found = find(event);
      if (!found) return undefined;
      const sequence = found.chunk.sequences[found.index];
      deleteAt(found.chunk, found.index, bytes);
      if (found.chunk.events.length === 0) chunks.splice(found.number, 1);
      return sequence;
    },
    isEmpty: () => chunks.length === 0,
    sequenceOf: (event) => {
      const found = find(event);
      return found?.chunk.sequences[found.index];
    },
    countBefore: (keys) => {
      let number = 0;
      let before = 0;
      return keys.map((key) => {
        for (; number < chunks.length; number++) {
          const chunk = chunks[number] as Chunk;
          if (compareSortKeys(lastOf(chunk), key) >= 0) return before + countBefore(chunk, key);
          before += chunk.events.length;
        }
        return before;
      });
    },
    walk: (order, range) => (order === 'asc' ? ascend(range) : descend(range)),
  };
}

function lastOf({ events }: Chunk): Event {
  return events[events.length - 1] as Event; // no chunk is empty
}

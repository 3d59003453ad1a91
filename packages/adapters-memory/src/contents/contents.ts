import type { Event, EventId } from '@event-tracker/core';
import type { EventFilter } from '@event-tracker/core/store';
import { type ArrivalIndex, createArrivalIndex } from './arrival-index.ts';
import { BTree } from './b-tree.ts';
import { estimateBytes } from './estimate-bytes.ts';
import { createIdMap } from './id-map.ts';
import { createPositionIndex, type PositionIndex } from './position-index.ts';
import type { StoredEvent } from './stored-event.ts';

/** The events of a store, indexed by id, by arrival, by position, and by position within each type. */
export interface Contents {
  readonly count: number;
  /** Estimated bytes of memory. */
  readonly bytes: number;
  get(id: EventId): Event | undefined;
  /** True if the sequence of a stored event is at most `sequence`. */
  isStoredBy(sequence: number, event: Event): boolean;
  add(stored: StoredEvent): void;
  delete(event: Event): void;
  /** The events in arrival order. */
  readonly arrivals: Pick<ArrivalIndex, 'read'>;
  /** The greatest sequence added so far. */
  readonly newest: number;
  /** The index of all events. */
  readonly all: PositionIndex;
  /** Yields the index of each type that matches a filter, once. */
  indexesByType(filter: EventFilter): Iterable<readonly [event_type: string, index: PositionIndex]>;
  /** Returns the indexes that contain the events whose type matches a filter. */
  select(filter: EventFilter): Selection;
}

/** Indexes that together contain each event whose type matches a filter exactly once. */
export interface Selection {
  readonly indexes: readonly PositionIndex[];
  /** The part of the filter to test on each event. Has no type if the indexes contain only matching types. */
  readonly filter: EventFilter;
}

/** With more types, scanning all events costs less than merging the indexes of the types. */
const MAX_MERGED_INDEXES = 64;

export function createContents(): Contents {
  const byId = createIdMap();
  const all = createPositionIndex();
  const arrivals = createArrivalIndex();
  const byType = new Map<string, PositionIndex>();
  /** The types in order, so that types with the same prefix are adjacent. */
  const types = new BTree<string, undefined>();
  let count = 0;
  let bytes = 0;
  let newest = 0;

  function indexOf(type: string): PositionIndex {
    const known = byType.get(type);
    if (known) return known;
    const index = createPositionIndex();
    byType.set(type, index);
    types.set(type, undefined);
    return index;
  }

  /** Deletes the index of a type with its last event: the number of types over time is unbounded. */
  function deleteFromType(event: Event, bytes: number): void {
    const type = event.event_type;
    const index = indexOf(type);
    index.delete({ event, bytes });
    if (index.isEmpty()) {
      byType.delete(type);
      types.delete(type);
    }
  }

  /** Yields the types that match a filter. A type can be repeated, and need not exist in the store. */
  function* typesFor({ event_type = [], event_type_prefix = [] }: EventFilter): Generator<string, void, void> {
    yield* event_type;
    for (const prefix of event_type_prefix) {
      for (const type of types.keys(prefix)) {
        if (!type.startsWith(prefix)) break;
        yield type;
      }
    }
  }

  return {
    get count() {
      return count;
    },
    get bytes() {
      return bytes;
    },
    get newest() {
      return newest;
    },
    all,
    arrivals,
    indexesByType: function* (filter) {
      if (filter.event_type === undefined && filter.event_type_prefix === undefined) return yield* byType;
      for (const type of new Set(typesFor(filter))) {
        const index = byType.get(type);
        if (index) yield [type, index];
      }
    },
    get: (id) => byId.get(id),
    isStoredBy: (sequence, event) => newest <= sequence || Number(all.sequenceOf(event)) <= sequence,
    add: (stored) => {
      byId.set(stored.event.id, stored.event);
      all.add(stored);
      arrivals.add(stored);
      indexOf(stored.event.event_type).add(stored);
      count++;
      bytes += stored.bytes;
      newest = stored.sequence;
    },
    delete: (event) => {
      const freed = estimateBytes(event);
      byId.delete(event.id);
      const sequence = all.delete({ event, bytes: freed });
      if (sequence !== undefined) arrivals.delete(sequence);
      deleteFromType(event, freed);
      count--;
      bytes -= freed;
    },
    select: (filter) => {
      const everything = { indexes: [all], filter };
      if (filter.event_type === undefined && filter.event_type_prefix === undefined) return everything;
      const indexes = new Set<PositionIndex>();
      for (const type of typesFor(filter)) {
        const index = byType.get(type);
        if (index) indexes.add(index);
        if (indexes.size > MAX_MERGED_INDEXES) return everything;
      }
      return { indexes: [...indexes], filter: { ...filter, event_type: undefined, event_type_prefix: undefined } };
    },
  };
}

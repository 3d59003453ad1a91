import type { Event, EventId } from '@event-tracker/core';
import type { EventFilter } from '@event-tracker/core/store';
import { type ArrivalIndex, createArrivalIndex } from './arrival-index.ts';
import { BTree } from './b-tree.ts';
import { estimateBytes } from './estimate-bytes.ts';
import { createIdMap } from './id-map.ts';
import { createPositionIndex, type PositionIndex } from './position-index.ts';
import type { StoredEvent } from './stored-event.ts';

/** All that a store holds: the events by id, in the order of arrival, in the total order, and in the total order of each type. */
export interface Contents {
  readonly count: number;
  /** Estimated bytes of memory. */
  readonly bytes: number;
  get(id: EventId): Event | undefined;
  /** Whether an event in here was stored up to a sequence. */
  isStoredBy(sequence: number, event: Event): boolean;
  add(stored: StoredEvent): void;
  remove(event: Event): void;
  /** The events in the order of arrival. */
  readonly arrivals: Pick<ArrivalIndex, 'read'>;
  /** Where the events are whose type matches a filter. */
  select(filter: EventFilter): Selection;
}

/** Indexes that together hold every event whose type matches a filter, each once. */
export interface Selection {
  readonly indexes: readonly PositionIndex[];
  /** What is left to ask of an event; nothing about its type where they hold no others. */
  readonly filter: EventFilter;
}

/** Above this, going through all events costs less than merging the events of each type. */
const MAX_MERGED_INDEXES = 64;

export function createContents(): Contents {
  const byId = createIdMap();
  const all = createPositionIndex();
  const arrivals = createArrivalIndex();
  const byType = new Map<string, PositionIndex>();
  /** The types in order: those that begin alike stand together. */
  const types = new BTree<string, undefined>();
  let count = 0;
  let bytes = 0;
  /** The greatest sequence that was ever in here. */
  let newest = 0;

  function indexOf(type: string): PositionIndex {
    const known = byType.get(type);
    if (known) return known;
    const index = createPositionIndex();
    byType.set(type, index);
    types.set(type, undefined);
    return index;
  }

  /** With its last event a type is forgotten: there may be any number of them over time. */
  function removeFromType(event: Event, bytes: number): void {
    const type = event.event_type;
    const index = indexOf(type);
    index.remove({ event, bytes });
    if (index.isEmpty()) {
      byType.delete(type);
      types.delete(type);
    }
  }

  /** The types that match a filter; some of them may be there twice, or not at all. */
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
    arrivals,
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
    remove: (event) => {
      const freed = estimateBytes(event);
      byId.delete(event.id);
      const sequence = all.remove({ event, bytes: freed });
      if (sequence !== undefined) arrivals.remove(sequence);
      removeFromType(event, freed);
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

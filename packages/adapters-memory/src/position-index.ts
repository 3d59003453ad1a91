import { comparePositions, type EventOrder, type EventPosition } from '@event-tracker/core';
import { BTree } from './b-tree.ts';
import type { StoredEvent } from './stored-event.ts';

/** Stored events in the total order. */
export interface PositionIndex {
  add(stored: StoredEvent): void;
  remove(stored: StoredEvent): void;
  isEmpty(): boolean;
  /**
   * Walks the events in order, from a position on (itself included) or from the beginning. Finding the first costs
   * O(log n). The index must not change while the walk is under way.
   */
  walk(order: EventOrder, from: EventPosition | undefined): Iterable<StoredEvent>;
}

export function createPositionIndex(): PositionIndex {
  // Only stored events are put in as keys; any position serves to search for them.
  const tree = new BTree<EventPosition, undefined>(undefined, comparePositions);
  return {
    add: (stored) => {
      tree.set(stored, undefined);
    },
    remove: (stored) => {
      tree.delete(stored);
    },
    isEmpty: () => tree.isEmpty,
    walk: (order, from) =>
      (order === 'asc' ? tree.keys(from) : descendingKeys(tree.entriesReversed(from))) as Iterable<StoredEvent>,
  };
}

function* descendingKeys(entries: Iterable<[EventPosition, undefined]>): Generator<EventPosition> {
  for (const [position] of entries) yield position;
}

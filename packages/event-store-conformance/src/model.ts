import { comparePositions, type Event, type EventPosition, matchesFilter, type PageRequest } from '@event-tracker/core';
import { positionOf } from './event-builder.ts';

/** What a store that holds some events has to answer. */
export interface Model {
  page(request: PageRequest): Event[];
}

/** Takes `matchesFilter` and `comparePositions` at their word, at any cost. */
export function createModel(events: readonly Event[]): Model {
  const ascending = events
    .map((event) => ({ event, position: positionOf(event) }))
    .sort((a, b) => comparePositions(a.position, b.position));
  const inOrder = { asc: ascending, desc: ascending.toReversed() };

  return {
    page: ({ filter, order, limit, after }) => {
      const found: Event[] = [];
      for (const { event, position } of inOrder[order]) {
        if (found.length >= limit) break;
        if (after && !isAfter(position, after, order)) continue;
        if (matchesFilter(event, filter)) found.push(event);
      }
      return found;
    },
  };
}

/** Whether a position comes strictly after another one, in an order. */
export function isAfter(position: EventPosition, other: EventPosition, order: PageRequest['order']): boolean {
  const comparison = comparePositions(position, other);
  return order === 'asc' ? comparison > 0 : comparison < 0;
}

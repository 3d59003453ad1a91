import type { Event } from '@event-tracker/core';
import {
  type AggregateCell,
  type AggregateRequest,
  aggregateEvents,
  comparePositions,
  compileFilter,
  type EventPosition,
  type PageRequest,
} from '@event-tracker/core/store';
import { positionOf } from './event-builder.ts';

/** Returns what a store that contains some events must return. */
export interface Model {
  page(request: PageRequest): Event[];
  aggregate(request: AggregateRequest): Promise<readonly AggregateCell[]>;
}

/** Applies `matchesFilter`, `comparePositions` and `aggregateEvents` to all events, without an index. */
export function createModel(events: readonly Event[]): Model {
  const ascending = events
    .map((event) => ({ event, position: positionOf(event) }))
    .sort((a, b) => comparePositions(a.position, b.position));
  const inOrder = { asc: ascending, desc: ascending.toReversed() };

  return {
    page: ({ filter, order, limit, after }) => {
      const matches = compileFilter(filter);
      const found: Event[] = [];
      for (const { event, position } of inOrder[order]) {
        if (found.length >= limit) break;
        if (after && !isAfter(position, after, order)) continue;
        if (matches(event)) found.push(event);
      }
      return found;
    },
    aggregate: (request) => {
      const matches = compileFilter(request.filter);
      return aggregateEvents((visit) => {
        for (const { event, position } of ascending) if (matches(event)) visit(event, position.epochNanoseconds);
      }, request);
    },
  };
}

/** True if a position is strictly after another one, in an order. */
export function isAfter(position: EventPosition, other: EventPosition, order: PageRequest['order']): boolean {
  const comparison = comparePositions(position, other);
  return order === 'asc' ? comparison > 0 : comparison < 0;
}

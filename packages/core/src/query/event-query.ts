import * as v from 'valibot';
import { createInvalidCursorError } from '../errors.ts';
import type { EventOrder, EventPosition } from '../event/event-order.ts';
import { decodeCursor } from './cursor.ts';
import type { EventFilter } from './event-filter.ts';
import { type FilterQuery, parseFilteredQuery } from './filter-query.ts';

/** Which events to look for, and how to give them; without members, every event from the oldest on. */
export interface EventQuery extends FilterQuery {
  /** By timestamp, then by id as text; `asc` unless told otherwise. */
  readonly order?: EventOrder | undefined;
  /** At most so many events, 1 to 10,000. */
  readonly limit?: number | undefined;
  /** `next` of the page before, together with the very filters and order of that page. */
  readonly cursor?: string | undefined;
}

/** A query understood. */
export interface ParsedEventQuery {
  readonly filter: EventFilter;
  readonly order: EventOrder;
  readonly limit: number | undefined;
  /** Where the page before ended. */
  readonly after: EventPosition | undefined;
}

/** Greatest `limit` of a query, in events. */
export const MAX_PAGE_LIMIT = 10_000;

const LIMIT_EXPECTED = `expected a whole number from 1 to ${MAX_PAGE_LIMIT}`;

export const LimitSchema = v.pipe(
  v.number(LIMIT_EXPECTED),
  v.integer(LIMIT_EXPECTED),
  v.minValue(1, LIMIT_EXPECTED),
  v.maxValue(MAX_PAGE_LIMIT, LIMIT_EXPECTED),
  v.description('At most so many events: a page. Without it, all that match.'),
);

/** The parameters that a query has in addition to the filters. */
export const EVENT_QUERY_SCHEMAS = {
  order: v.optional(
    v.pipe(v.picklist(['asc', 'desc'], 'expected asc or desc'), v.description('By timestamp, then by id as text.')),
    'asc',
  ),
  limit: v.optional(LimitSchema),
  cursor: v.optional(
    v.pipe(
      v.string('expected a string'),
      v.description(
        'Where the page before ended, as that page told it. It belongs to the filters and order of that page.',
      ),
    ),
  ),
};

/**
 * Understands a query, or says all that is wrong with it.
 *
 * @throws InvalidQueryError naming each parameter that is unknown or out of bounds
 * @throws InvalidCursorError where the cursor is damaged or belongs to another query
 */
export function parseEventQuery(query: EventQuery): ParsedEventQuery {
  const { filter, own } = parseFilteredQuery(EVENT_QUERY_SCHEMAS, { ...query });
  const { order, limit, cursor } = own;
  return { filter, order, limit, after: cursor === undefined ? undefined : positionOf(cursor, filter, order) };
}

function positionOf(cursor: string, filter: EventFilter, order: EventOrder): EventPosition {
  const after = decodeCursor(cursor, filter, order);
  if (after) return after;
  throw createInvalidCursorError('the cursor is damaged, or was made for a query with other filters or another order');
}

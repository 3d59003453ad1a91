import * as v from 'valibot';
import { createInvalidCursorError } from '../errors.ts';
import type { Event } from '../event/event.ts';
import { type EventOrder, type EventPosition, positionOf } from '../event/event-order.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import type { EventFilter } from './event-filter.ts';
import { type FilterQuery, parseFilteredQuery, type TypePrefixes } from './filter-query.ts';

/** Selects events and their order. An empty query selects all events, the oldest first. */
export interface EventQuery<Type extends string = string, Prefix extends TypePrefixes = TypePrefixes>
  extends FilterQuery<Type, Prefix> {
  /** By timestamp, then by id as text. Default: `asc`. */
  readonly order?: EventOrder | undefined;
  /** Greatest number of events, 1 to 10,000. */
  readonly limit?: number | undefined;
  /** `next` of the previous page. The filters and the order must be those of that page. */
  readonly cursor?: string | undefined;
}

/** A parsed query. */
export interface ParsedEventQuery {
  readonly filter: EventFilter;
  readonly order: EventOrder;
  readonly limit: number | undefined;
  /** The position of the last event of the previous page. */
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
);

/** Of the calls that return events, only those for one page have `arrival`. */
function orderExpected({ input }: { readonly input: unknown }): string {
  return input === 'arrival' ? 'expected asc or desc' : 'expected asc, desc or arrival';
}

/** The parameters that a query has in addition to the filters. */
export const EVENT_QUERY_SCHEMAS = {
  order: v.optional(v.picklist(['asc', 'desc'], orderExpected), 'asc'),
  limit: v.optional(LimitSchema),
  cursor: v.optional(v.string('expected a string')),
};

/**
 * Parses a query.
 *
 * @throws InvalidQueryError with all unknown and invalid parameters
 * @throws InvalidCursorError if the cursor is damaged or belongs to another query
 */
export function parseEventQuery(query: EventQuery): ParsedEventQuery {
  const { filter, own } = parseFilteredQuery(EVENT_QUERY_SCHEMAS, { ...query });
  const { order, limit, cursor } = own;
  return { filter, order, limit, after: cursor === undefined ? undefined : decode(cursor, filter, order) };
}

/**
 * Returns the cursor with which a query continues after an event that it returned.
 *
 * @throws InvalidQueryError
 */
export function cursorAfter(event: Event, query: EventQuery): string {
  const { filter, own } = parseFilteredQuery(EVENT_QUERY_SCHEMAS, { ...query });
  return encodeCursor(positionOf(event), filter, own.order);
}

function decode(cursor: string, filter: EventFilter, order: EventOrder): EventPosition {
  const after = decodeCursor(cursor, filter, order);
  if (after) return after;
  throw createInvalidCursorError('the cursor is damaged, or belongs to a query with other filters or another order');
}

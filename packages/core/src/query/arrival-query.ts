import * as v from 'valibot';
import type { EventFilter } from './event-filter.ts';
import { LimitSchema } from './event-query.ts';
import { type FilterQuery, parseFilteredQuery, type TypePrefixes } from './filter-query.ts';

/** Selects events in order of arrival, regardless of their timestamps. */
export interface ArrivalQuery<Type extends string = string, Prefix extends TypePrefixes = TypePrefixes>
  extends FilterQuery<Type, Prefix> {
  readonly order: 'arrival';
  /**
   * Where to begin: `start` (before the first event), `now` (after the last stored event), or a position, such as `next` of the
   * previous page. A position can be used with any filters. Default: `start`.
   */
  readonly after?: string | undefined;
  /** Greatest number of events in a page, 1 to 10,000. */
  readonly limit?: number | undefined;
}

export interface ParsedArrivalQuery {
  readonly filter: EventFilter;
  readonly after: string;
  readonly limit: number | undefined;
}

/** The parameters of a query in order of arrival, in addition to the filters. */
export const ARRIVAL_QUERY_SCHEMAS = {
  order: v.picklist(['arrival'], 'expected arrival'),
  after: v.optional(v.string('expected a string'), 'start'),
  limit: v.optional(LimitSchema),
};

/**
 * Parses a query in order of arrival.
 *
 * @throws InvalidQueryError with all unknown and invalid parameters
 */
export function parseArrivalQuery(query: ArrivalQuery): ParsedArrivalQuery {
  const { filter, own } = parseFilteredQuery(ARRIVAL_QUERY_SCHEMAS, { ...query });
  return { filter, after: own.after, limit: own.limit };
}

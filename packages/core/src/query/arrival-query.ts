import * as v from 'valibot';
import type { EventFilter } from './event-filter.ts';
import { LimitSchema } from './event-query.ts';
import { type FilterQuery, parseFilteredQuery } from './filter-query.ts';

/** Which events to give in the order in which they arrived, whatever timestamps they have. */
export interface ArrivalQuery extends FilterQuery {
  readonly order: 'arrival';
  /**
   * Where to begin: `start`, before the first event; `now`, behind what is stored; or a position, such as `next` of the page
   * before. Default: `start`. A position fits any filters.
   */
  readonly after?: string | undefined;
  /** Greatest number of events of a page, 1 to 10,000. */
  readonly limit?: number | undefined;
}

export interface ParsedArrivalQuery {
  readonly filter: EventFilter;
  readonly after: string;
  readonly limit: number | undefined;
}

/** The parameters of a query in the order of arrival, in addition to the filters. */
export const ARRIVAL_QUERY_SCHEMAS = {
  order: v.pipe(v.literal('arrival', 'expected arrival'), v.description('By arrival.')),
  after: v.optional(
    v.pipe(
      v.string('expected a string'),
      v.description('Where to begin: `start`, `now`, or a position such as the page before ended with.'),
    ),
    'start',
  ),
  limit: v.optional(LimitSchema),
};

/**
 * Parses a query in the order of arrival.
 *
 * @throws InvalidQueryError naming each parameter that is unknown or out of bounds
 */
export function parseArrivalQuery(query: ArrivalQuery): ParsedArrivalQuery {
  const { filter, own } = parseFilteredQuery(ARRIVAL_QUERY_SCHEMAS, { ...query });
  return { filter, after: own.after, limit: own.limit };
}

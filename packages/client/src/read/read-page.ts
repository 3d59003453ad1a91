import type { Event, EventPage, EventQuery, ReadOptions } from '@event-tracker/core';
import {
  ARRIVAL_QUERY_SCHEMAS,
  type ArrivalQuery,
  EVENT_QUERY_SCHEMAS,
  parseFilteredQuery,
} from '@event-tracker/core/schemas';
import { buildEventQueryString, ROUTES, readNextLink } from '@event-tracker/http-contract';
import type { Connection } from '../request/connection.ts';
import { isArray, parseJson } from './parse-json.ts';

/** Greatest number of events of a page without a limit, as in core. */
const DEFAULT_PAGE_LIMIT = 1_000;

/**
 * Reads one page.
 *
 * @throws InvalidQueryError, or the errors of the server
 */
export async function readPage(
  connection: Connection,
  query: EventQuery | ArrivalQuery,
  { signal }: ReadOptions = {},
): Promise<EventPage> {
  const { limit = DEFAULT_PAGE_LIMIT } = query;
  const isArrival = query.order === 'arrival';
  parseFilteredQuery(isArrival ? ARRIVAL_QUERY_SCHEMAS : EVENT_QUERY_SCHEMAS, { ...query });
  const { headers, body } = await connection.send(
    { route: ROUTES.queryEvents, query: buildEventQueryString({ ...query, limit }), signal },
    'temporary failures',
  );
  const next = readNextLink(headers.get('link'), isArrival ? 'after' : 'cursor');
  return { events: parseJson(body, isArray<Event>), ...(next !== undefined && { next }) };
}

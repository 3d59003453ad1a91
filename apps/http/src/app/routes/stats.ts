import type { LocalEventTracker } from '@event-tracker/core';
import { parseStatsQuery } from '@event-tracker/core/schemas';
import {
  EVENT_TYPE_FORMATS,
  QUERY_EVENT_TYPES,
  QUERY_STATS,
  type QueryParameters,
  type RowFormats,
  RowsFormatSchema,
  readFormat,
  readStatsQuery,
  STATS_FORMATS,
} from '@event-tracker/http-contract';
import type { AppContext } from '../../request/app-env.ts';
import { readOptionsOf } from '../../request/read-options.ts';
import { negotiate } from '../../response/negotiate.ts';
import { READ_HEADERS, respond } from '../../response/respond.ts';
import { respondList } from '../../response/respond-list.ts';
import { shareRuns } from '../shared-runs.ts';
import type { Routes } from './routes.ts';

/** Adds the routes of statistics and event types. HEAD checks the request and computes nothing. */
export function addStatsRoutes(routes: Routes, { tracker }: { readonly tracker: LocalEventTracker }): void {
  routes.add(QUERY_STATS, (c, parameters) => {
    const query = readStatsQuery(parameters);
    if (c.req.method === 'HEAD') parseStatsQuery(query);
    return respondRows(c, parameters, STATS_FORMATS, () => tracker.stats(query, readOptionsOf(c)));
  });

  // Ten clients that each list hundreds of thousands of types would need half a minute.
  const findEventTypes = shareRuns((signal) => tracker.eventTypes({ signal }));
  routes.add(QUERY_EVENT_TYPES, (c, parameters) =>
    respondRows(c, parameters, EVENT_TYPE_FORMATS, () => findEventTypes(readOptionsOf(c).signal)),
  );
}

const ROW_MEDIA_TYPES = ['application/json', 'text/csv'] as const;
/** Rows are copied from the list in portions. */
const ROWS_PER_PAGE = 1_000;

async function respondRows<Row>(
  c: AppContext,
  parameters: QueryParameters,
  formats: RowFormats<Row>,
  findRows: () => Promise<readonly Row[]>,
): Promise<Response> {
  const mediaType = readFormat(parameters, RowsFormatSchema) ?? negotiate(c.req.header('accept'), ROW_MEDIA_TYPES);
  const representation = formats[mediaType];
  if (c.req.method === 'HEAD')
    return respond(c, 200, null, { ...READ_HEADERS, 'Content-Type': representation.contentType });
  return respondList(c, pagesOf(await findRows()), { representation, headers: READ_HEADERS });
}

function* pagesOf<Row>(rows: readonly Row[]): Generator<readonly Row[], void, void> {
  for (let start = 0; start < rows.length; start += ROWS_PER_PAGE) yield rows.slice(start, start + ROWS_PER_PAGE);
}

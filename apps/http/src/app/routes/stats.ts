import type { LocalEventTracker } from '@event-tracker/core';
import { parseStatsQuery } from '@event-tracker/core/schemas';
import {
  eventTypesAsCsv,
  jsonLine,
  QUERY_EVENT_TYPES,
  QUERY_STATS,
  type QueryParameters,
  RowsFormatSchema,
  readFormat,
  readStatsQuery,
  statsAsCsv,
} from '@event-tracker/http-contract';
import type { AppContext } from '../../request/app-env.ts';
import { readOptionsOf } from '../../request/read-options.ts';
import { negotiate } from '../../response/negotiate.ts';
import { READ_HEADERS, respond, respondText } from '../../response/respond.ts';
import type { Routes } from './routes.ts';

/** Adds the routes of statistics and event types. HEAD checks the request and computes nothing. */
export function addStatsRoutes(routes: Routes, { tracker }: { readonly tracker: LocalEventTracker }): void {
  routes.add(QUERY_STATS, (c, parameters) => {
    const query = readStatsQuery(parameters);
    if (c.req.method === 'HEAD') parseStatsQuery(query);
    return respondRows(c, parameters, () => tracker.stats(query, readOptionsOf(c)), statsAsCsv);
  });

  routes.add(QUERY_EVENT_TYPES, (c, parameters) =>
    respondRows(c, parameters, () => tracker.eventTypes(readOptionsOf(c)), eventTypesAsCsv),
  );
}

async function respondRows<Row>(
  c: AppContext,
  parameters: QueryParameters,
  findRows: () => Promise<readonly Row[]>,
  asCsv: (rows: readonly Row[]) => string,
): Promise<Response> {
  const mediaType =
    readFormat(parameters, RowsFormatSchema) ?? negotiate(c.req.header('accept'), ['application/json', 'text/csv']);
  const isCsv = mediaType === 'text/csv';
  const headers = { ...READ_HEADERS, 'Content-Type': isCsv ? 'text/csv; charset=utf-8; header=present' : mediaType };
  if (c.req.method === 'HEAD') return respond(c, 200, null, headers);
  const rows = await findRows();
  return respondText(c, 200, isCsv ? asCsv(rows) : jsonLine(rows), headers);
}

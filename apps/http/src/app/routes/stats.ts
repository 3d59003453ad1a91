import type { EventTracker } from '@event-tracker/core';
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
import { negotiate } from '../../response/negotiate.ts';
import { answerText, READ_HEADERS } from '../../response/respond.ts';
import type { Routes } from './routes.ts';

/** What the events come to. */
export function addStatsRoutes(routes: Routes, { tracker }: { readonly tracker: EventTracker }): void {
  routes.add(QUERY_STATS, (c, parameters) => {
    const query = readStatsQuery(parameters);
    return answerRows(c, parameters, () => tracker.stats(query), statsAsCsv);
  });

  routes.add(QUERY_EVENT_TYPES, (c, parameters) =>
    answerRows(c, parameters, () => tracker.eventTypes(), eventTypesAsCsv),
  );
}

async function answerRows<Row>(
  c: AppContext,
  parameters: QueryParameters,
  findRows: () => Promise<readonly Row[]>,
  asCsv: (rows: readonly Row[]) => string,
): Promise<Response> {
  const mediaType =
    readFormat(parameters, RowsFormatSchema) ?? negotiate(c.req.header('accept'), ['application/json', 'text/csv']);
  const rows = await findRows();
  const [contentType, text] =
    mediaType === 'text/csv' ? ['text/csv; charset=utf-8; header=present', asCsv(rows)] : [mediaType, jsonLine(rows)];
  return answerText(c, 200, text, { ...READ_HEADERS, 'Content-Type': contentType });
}

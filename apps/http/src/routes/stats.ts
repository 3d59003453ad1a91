import type { EventTracker } from '@event-tracker/core';
import { answerText, READ_HEADERS } from '../answer/answer.ts';
import { jsonLine } from '../answer/json-line.ts';
import { negotiate } from '../answer/negotiate.ts';
import type { AppContext } from '../app-env.ts';
import { QUERY_EVENT_TYPES, QUERY_STATS } from '../operations/stats-operations.ts';
import { readStatsQuery } from '../query/stats-query-string.ts';
import type { Routes } from '../routes.ts';

/** What the events come to. */
export function addStatsRoutes(routes: Routes, { tracker }: { readonly tracker: EventTracker }): void {
  routes.add(QUERY_STATS, (c, parameters) => {
    const query = readStatsQuery(parameters);
    return answerRows(c, () => tracker.stats(query));
  });

  routes.add(QUERY_EVENT_TYPES, (c) => answerRows(c, () => tracker.eventTypes()));
}

async function answerRows(c: AppContext, findRows: () => Promise<readonly object[]>): Promise<Response> {
  const contentType = negotiate(c.req.header('accept'), ['application/json']);
  return answerText(c, 200, jsonLine(await findRows()), { ...READ_HEADERS, 'Content-Type': contentType });
}

import type { EventTracker } from '@event-tracker/core';
import { jsonLine, QUERY_EVENT_TYPES, QUERY_STATS, readStatsQuery } from '@event-tracker/http-contract';
import type { AppContext } from '../../request/app-env.ts';
import { negotiate } from '../../response/negotiate.ts';
import { answerText, READ_HEADERS } from '../../response/respond.ts';
import type { Routes } from './routes.ts';

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

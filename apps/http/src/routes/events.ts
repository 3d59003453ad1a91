import type { AppendResult, EventTracker } from '@event-tracker/core';
import type { Hono } from 'hono';
import { answer, answerJson } from '../answer.ts';
import type { AppContext, AppEnv } from '../app-env.ts';
import type { BodyBudget } from '../body/body-budget.ts';
import { readSubmission } from '../body/read-submission.ts';
import { eTagOf, isNamedBy } from '../e-tag.ts';
import { readEventQuery } from '../event-query-string.ts';
import { streamJsonArray } from '../export-events.ts';
import { negotiate } from '../negotiate.ts';
import { readQueryString } from '../query-string.ts';
import { createRequestError } from '../request-error.ts';

export interface EventRoutesDependencies {
  readonly tracker: EventTracker;
  readonly bodyBudget: BodyBudget;
  readonly maxBodyBytes: number;
  readonly basePath: string;
  readonly onBrokenExport: (requestId: string, cause: unknown) => void;
}

/** What a client may keep of a read: nothing without asking again. */
const READ_HEADERS = { 'Cache-Control': 'private, no-cache', Vary: 'Accept, Accept-Encoding' };

/** The three calls of the tracker, and pages. */
export function addEventRoutes(app: Hono<AppEnv>, dependencies: EventRoutesDependencies): void {
  const { tracker, bodyBudget, maxBodyBytes, basePath, onBrokenExport } = dependencies;

  app.post('/events', async (c) => {
    readQueryString(c.req.url, {});
    const share = bodyBudget.open();
    try {
      const submission = await readSubmission(c.env.incoming, maxBodyBytes, share);
      c.set('placeOf', submission.placeOf);
      const results = await tracker.submitAll(submission.inputs);
      return submission.isBatch ? answerBatch(c, results) : answerSingle(c, results, basePath);
    } finally {
      share.close();
    }
  });

  app.get('/events', async (c) => {
    const query = readEventQuery(c.req.url);
    negotiate(c.req.header('accept'), ['application/json']);
    if (query.limit !== undefined && c.req.method !== 'HEAD') {
      const { events, next } = await tracker.queryPage(query);
      const link = next === undefined ? {} : { Link: `<${nextPage(c.req.url, next)}>; rel="next"` };
      return answerJson(c, 200, events, { ...READ_HEADERS, ...link });
    }
    const pages = tracker.queryPages(query);
    if (c.req.method === 'HEAD') return answer(c, 200, null, { ...READ_HEADERS, 'Content-Type': 'application/json' });
    // Read before the status is sent: a store that fails here is a 503, not a broken connection.
    const first = await pages.next();
    const stream = streamJsonArray(pages, first, (cause) => {
      onBrokenExport(c.get('requestId'), cause);
      c.env.outgoing.destroy();
    });
    return answer(c, 200, stream, { ...READ_HEADERS, 'Content-Type': 'application/json' });
  });

  app.get('/events/:id', async (c) => {
    readQueryString(c.req.url, {});
    const event = await tracker.get(c.req.param('id'));
    if (!event) throw createRequestError('event_not_found', 'no event with this id is stored');
    const body = JSON.stringify(event);
    const headers = { ...READ_HEADERS, ETag: eTagOf(body) };
    if (isNamedBy(c.req.header('if-none-match'), headers.ETag)) return answer(c, 304, null, headers);
    return answer(c, 200, body, { ...headers, 'Content-Type': 'application/json' });
  });
}

function answerSingle(c: AppContext, [result]: readonly AppendResult[], basePath: string): Response {
  if (!result) throw new Error('the store did not say what became of the event');
  const { event, stored } = result;
  if (!stored) return answerJson(c, 200, event, { 'Idempotent-Replayed': 'true' });
  return answerJson(c, 201, event, { Location: `${basePath}/events/${event.id}` });
}

function answerBatch(c: AppContext, results: readonly AppendResult[]): Response {
  const duplicateIndexes = results.flatMap(({ stored }, index) => (stored ? [] : [index]));
  return answerJson(c, 200, {
    accepted: results.length - duplicateIndexes.length,
    duplicates: duplicateIndexes.length,
    ids: results.map(({ event }) => event.id),
    duplicate_indexes: duplicateIndexes,
  });
}

/** The same URL with another cursor, without the host: that the client gave, and it may be none of ours. */
function nextPage(url: string, cursor: string): string {
  const { pathname, searchParams } = new URL(url);
  searchParams.set('cursor', cursor);
  return `${pathname}?${searchParams}`;
}

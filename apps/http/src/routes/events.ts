import type { AppendResult, EventTracker } from '@event-tracker/core';
import { answer, answerJson, READ_HEADERS } from '../answer/answer.ts';
import { answerEvents } from '../answer/answer-events.ts';
import { eTagOf, isNamedBy } from '../answer/e-tag.ts';
import { jsonLine } from '../answer/json-line.ts';
import { negotiate } from '../answer/negotiate.ts';
import { MEDIA_TYPES, REPRESENTATIONS } from '../answer/representations.ts';
import type { AppContext } from '../app-env.ts';
import type { BodyBudget } from '../body/body-budget.ts';
import { readSubmission, type SubmissionLimits } from '../body/read-submission.ts';
import { GET_EVENT, QUERY_EVENTS, SUBMIT_EVENTS } from '../operations/event-operations.ts';
import type { BatchResult } from '../operations/schemas.ts';
import { readEventQuery } from '../query/event-query-string.ts';
import type { EventLimiter } from '../rate-limit/event-limiter.ts';
import { createRequestError } from '../request-error.ts';
import type { Routes } from '../routes.ts';
import { observationOf } from '../telemetry/observation.ts';

export interface EventRoutesDependencies {
  readonly tracker: EventTracker;
  readonly bodyBudget: BodyBudget;
  readonly limits: SubmissionLimits;
  /** `undefined` where events are not limited. */
  readonly eventLimiter: EventLimiter | undefined;
  readonly basePath: string;
  readonly onBrokenExport: (requestId: string, cause: unknown) => void;
}

/** The three calls of the tracker, and pages. */
export function addEventRoutes(routes: Routes, dependencies: EventRoutesDependencies): void {
  const { tracker, bodyBudget, limits, eventLimiter, basePath, onBrokenExport } = dependencies;

  routes.add(SUBMIT_EVENTS, async (c) => {
    eventLimiter?.check(c);
    const share = bodyBudget.open();
    try {
      const submission = await readSubmission(c.env, limits, share);
      c.set('placeOf', submission.placeOf);
      const observation = observationOf(c.env.outgoing);
      observation.eventsSubmitted = submission.inputs.length;
      if (eventLimiter) await eventLimiter.take(c, submission.inputs.length);
      const results = await tracker.submitAll(submission.inputs);
      observation.eventsStored = countStored(results);
      return submission.isBatch ? answerBatch(c, results) : answerSingle(c, results, basePath);
    } finally {
      share.close();
    }
  });

  routes.add(QUERY_EVENTS, async (c, parameters) => {
    const query = readEventQuery(parameters);
    const representation = REPRESENTATIONS[negotiate(c.req.header('accept'), MEDIA_TYPES)];
    const onBroken = (cause: unknown): void => onBrokenExport(c.get('requestId'), cause);
    const isHead = c.req.method === 'HEAD';
    if (isHead || query.limit === undefined) {
      const pages = tracker.queryPages(query); // checks the query, and reads nothing before it is asked to
      if (!isHead) return answerEvents(c, pages, representation, READ_HEADERS, onBroken);
      return answer(c, 200, null, { ...READ_HEADERS, 'Content-Type': representation.contentType });
    }
    const { events, next } = await tracker.queryPage(query);
    const link = next === undefined ? undefined : { Link: `<${nextPage(c.req.url, next)}>; rel="next"` };
    return answerEvents(c, [events].values(), representation, { ...READ_HEADERS, ...link }, onBroken);
  });

  routes.add(GET_EVENT, async (c) => {
    const event = await tracker.get(c.req.param('id') ?? '');
    if (!event) throw createRequestError('event_not_found', 'no event with this id is stored');
    const body = jsonLine(event);
    const headers = { ...READ_HEADERS, ETag: eTagOf(body) };
    if (isNamedBy(c.req.header('if-none-match'), headers.ETag)) return answer(c, 304, null, headers);
    if (c.req.method !== 'HEAD') observationOf(c.env.outgoing).eventsReturned = 1;
    return answer(c, 200, body, { ...headers, 'Content-Type': 'application/json' });
  });
}

function answerSingle(c: AppContext, results: readonly AppendResult[], basePath: string): Response {
  const { event, stored } = results[0] as AppendResult; // there is one for each event
  if (!stored) return answerJson(c, 200, event, { 'Idempotent-Replayed': 'true' });
  return answerJson(c, 201, event, { Location: `${basePath}/events/${event.id}` });
}

function answerBatch(c: AppContext, results: readonly AppendResult[]): Response {
  const duplicateIndexes = results.flatMap(({ stored }, index) => (stored ? [] : [index]));
  const result: BatchResult = {
    accepted: results.length - duplicateIndexes.length,
    duplicates: duplicateIndexes.length,
    ids: results.map(({ event }) => event.id),
    duplicate_indexes: duplicateIndexes,
  };
  return answerJson(c, 200, result);
}

function countStored(results: readonly AppendResult[]): number {
  let stored = 0;
  for (const result of results) if (result.stored) stored++;
  return stored;
}

/** The same URL with another cursor, without the host: that the client gave, and it may be none of ours. */
function nextPage(url: string, cursor: string): string {
  const { pathname, searchParams } = new URL(url);
  searchParams.set('cursor', cursor);
  return `${pathname}?${searchParams}`;
}

import type { IncomingMessage } from 'node:http';
import { isQuarantined } from '@event-tracker/core/schemas';
import type { AppendResult } from '@event-tracker/core/store';
import { type CloudEventOptions, writeCloudEvent } from '@event-tracker/event-formats';
import type { BatchResult, QueryParameters, Representation } from '@event-tracker/http-contract';
import {
  CLOUDEVENT_BATCH_MEDIA_TYPE,
  CLOUDEVENT_MEDIA_TYPE,
  createColumnsWithoutCsvError,
  createRequestError,
  csvOf,
  EVENT_STREAM_MEDIA_TYPE,
  EventsFormatSchema,
  eventLine,
  GET_EVENT,
  isOrderedByArrival,
  jsonLine,
  QUERY_EVENTS,
  REPRESENTATIONS,
  readArrivalQuery,
  readColumns,
  readEventQuery,
  readFormat,
  readHandling,
  SUBMIT_EVENTS,
  WITH_CLOUDEVENTS,
} from '@event-tracker/http-contract';
import { refuseSecondKey } from '../../auth/key-in-url.ts';
import { withDerivedIds } from '../../body/derived-ids.ts';
import { readSubmission } from '../../body/read-submission.ts';
import type { AppContext } from '../../request/app-env.ts';
import { readOptionsOf } from '../../request/read-options.ts';
import { isNamedBy, strongETagOf } from '../../response/e-tag.ts';
import { negotiate } from '../../response/negotiate.ts';
import { requireMatch } from '../../response/preconditions.ts';
import { notePreferenceApplied } from '../../response/preference-applied.ts';
import { READ_HEADERS, respond, respondJson } from '../../response/respond.ts';
import { respondEvents } from '../../response/respond-events.ts';
import { noteResults, observationOf } from '../../telemetry/observation.ts';
import { cloudEventsAsBatch, cloudEventsReaderOf, prefersCloudEvent } from '../ingest/cloud-events.ts';
import { type ForeignDocument, type IngestDependencies, ingest } from '../ingest/ingest.ts';
import type { ItemOutcome } from '../ingest/submit-translated.ts';
import { type FollowDependencies, respondFollowing } from './follow.ts';
import type { Routes } from './routes.ts';

export interface EventRoutesDependencies extends IngestDependencies {
  readonly basePath: string;
  /** How CloudEvents are read; `undefined` if they are not accepted. */
  readonly cloudEvents: CloudEventOptions | undefined;
  /** True if a page of an origin in `CORS_ORIGINS` sent the request. */
  readonly isAllowedOrigin: (incoming: IncomingMessage) => boolean;
  readonly following: FollowDependencies;
  readonly onBrokenExport: (requestId: string, cause: unknown) => void;
}

/** Adds the routes to submit, query and get events. */
export function addEventRoutes(routes: Routes, dependencies: EventRoutesDependencies): void {
  const { tracker, bodyBudget, limits, eventLimiter, basePath, cloudEvents, isAllowedOrigin } = dependencies;
  const { following, onBrokenExport } = dependencies;
  const operations = cloudEvents ? WITH_CLOUDEVENTS : { SUBMIT_EVENTS, QUERY_EVENTS, GET_EVENT };
  const accepted = Object.keys(operations.SUBMIT_EVENTS.requestBody ?? {});
  const representations = new Map<string, Representation>(Object.entries(REPRESENTATIONS));
  if (cloudEvents) representations.set(CLOUDEVENT_BATCH_MEDIA_TYPE, cloudEventsAsBatch(cloudEvents));
  const mediaTypes = [...representations.keys(), EVENT_STREAM_MEDIA_TYPE];

  routes.add(operations.SUBMIT_EVENTS, async (c) => {
    refuseSecondKey(c.env.incoming);
    const read = cloudEvents && cloudEventsReaderOf(c.env.incoming, limits, cloudEvents);
    if (read) {
      const respond = (outcomes: readonly ItemOutcome[], { isBatch }: ForeignDocument): Response => {
        const results = outcomes.flatMap((outcome) => ('result' in outcome ? outcome.result : []));
        return isBatch ? respondBatch(c, results) : respondCloudEvent(c, results);
      };
      return ingest(c, dependencies, { protocol: 'cloudevents', read, respond });
    }
    const share = bodyBudget.open();
    try {
      const handling = readHandling(c.req.header('prefer'));
      const submission = await readSubmission(c.env, limits, share, {
        acceptsText: isAllowedOrigin(c.env.incoming),
        isLenient: handling === 'lenient',
        mediaTypes: accepted,
      });
      c.set('placeOf', submission.placeOf);
      const observation = observationOf(c.env.outgoing);
      observation.eventsSubmitted = submission.inputs.length;
      if (eventLimiter) await eventLimiter.take(c, submission.inputs.length);
      const results = await tracker.submitEvents(withDerivedIds(c, submission.inputs), { handling });
      noteResults(observation, results);
      notePreferenceApplied(c, handling);
      return submission.isBatch ? respondBatch(c, results) : respondSingle(c, results, basePath);
    } finally {
      share.close();
    }
  });

  routes.add(operations.QUERY_EVENTS, async (c, parameters) => {
    const mediaType = readFormat(parameters, EventsFormatSchema) ?? negotiate(c.req.header('accept'), mediaTypes);
    const known = representations.get(mediaType);
    if (!known) return respondFollowing(c, parameters, following); // the only other media type
    const representation = withColumns(known, parameters);
    const options = readOptionsOf(c);
    const onBroken = (cause: unknown): void => {
      if (!options.signal.aborted) onBrokenExport(c.get('requestId'), cause);
    };
    const isHead = c.req.method === 'HEAD';
    if (isOrderedByArrival(parameters)) {
      const query = readArrivalQuery(parameters);
      if (isHead) {
        const { order: _, after, ...filters } = query;
        tracker.queryPages(filters); // checks filters and limit, and reads nothing
        await tracker.queryPage({ order: 'arrival', after, limit: 1 }); // checks the position
        return respond(c, 200, null, { ...READ_HEADERS, 'Content-Type': representation.contentType });
      }
      const { events, next = '' } = await tracker.queryPage(query, options); // there always is a next page
      const headers = { ...READ_HEADERS, Link: linkTo(c.req.url, 'after', next) };
      return respondEvents(c, [events].values(), { representation, headers, onBroken });
    }
    const query = readEventQuery(parameters);
    if (isHead || query.limit === undefined) {
      const pages = tracker.queryPages(query, options); // checks the query; reads nothing before the first page is requested
      if (!isHead) return respondEvents(c, pages, { representation, headers: READ_HEADERS, onBroken });
      return respond(c, 200, null, { ...READ_HEADERS, 'Content-Type': representation.contentType });
    }
    const { events, next } = await tracker.queryPage(query, options);
    const link = next === undefined ? undefined : { Link: linkTo(c.req.url, 'cursor', next) };
    return respondEvents(c, [events].values(), { representation, headers: { ...READ_HEADERS, ...link }, onBroken });
  });

  routes.add(operations.GET_EVENT, async (c) => {
    const event = await tracker.get(c.req.param('id') ?? '');
    if (!event) throw createRequestError('event_not_found', 'no event with this id is stored');
    const isCloudEvent = cloudEvents !== undefined && prefersCloudEvent(c.req.header('accept'));
    const body = isCloudEvent ? jsonLine(writeCloudEvent(event, cloudEvents)) : eventLine(event);
    const headers = { ...READ_HEADERS, ETag: strongETagOf(body) };
    requireMatch(c, headers.ETag);
    if (isNamedBy(c.req.header('if-none-match'), headers.ETag)) return respond(c, 304, null, headers);
    if (c.req.method !== 'HEAD') observationOf(c.env.outgoing).eventsReturned = 1;
    return respond(c, 200, body, {
      ...headers,
      'Content-Type': isCloudEvent ? CLOUDEVENT_MEDIA_TYPE : 'application/json',
    });
  });
}

/** @throws InvalidQueryError if `columns` is not valid, or not possible in this representation */
function withColumns(representation: Representation, parameters: QueryParameters): Representation {
  const columns = readColumns(parameters);
  if (columns === undefined) return representation;
  if (representation !== REPRESENTATIONS['text/csv']) throw createColumnsWithoutCsvError();
  return csvOf(columns);
}

function respondSingle(c: AppContext, results: readonly AppendResult[], basePath: string): Response {
  const { event, stored } = results[0] as AppendResult; // one for each event
  const replayed = replayedHeader(stored);
  const location = { Location: `${basePath}/events/${event.id}` };
  if (isQuarantined(event)) return respondJson(c, 202, event, { ...location, ...replayed });
  return stored ? respondJson(c, 201, event, location) : respondJson(c, 200, event, replayed);
}

/** Always 200, because emitters of CloudEvents expect the same status for every event. */
function respondCloudEvent(c: AppContext, results: readonly AppendResult[]): Response {
  const { event, stored } = results[0] as AppendResult; // one for each event
  return respondJson(c, 200, event, replayedHeader(stored));
}

function replayedHeader(stored: boolean): Record<string, string> {
  return stored ? {} : { 'Idempotent-Replayed': 'true' };
}

/** Every event is accepted, a duplicate, or quarantined. */
function respondBatch(c: AppContext, results: readonly AppendResult[]): Response {
  const duplicateIndexes: number[] = [];
  const quarantinedIndexes: number[] = [];
  for (const [index, { event, stored }] of results.entries()) {
    if (isQuarantined(event)) quarantinedIndexes.push(index);
    else if (!stored) duplicateIndexes.push(index);
  }
  const result: BatchResult = {
    accepted: results.length - duplicateIndexes.length - quarantinedIndexes.length,
    duplicates: duplicateIndexes.length,
    ids: results.map(({ event }) => event.id),
    duplicate_indexes: duplicateIndexes,
    ...(quarantinedIndexes.length > 0 && {
      quarantined: quarantinedIndexes.length,
      quarantined_indexes: quarantinedIndexes,
    }),
  };
  return respondJson(c, 200, result);
}

/** Returns a `Link` field with the URL of the request at another position. The host is left out, because the client chose it. */
function linkTo(url: string, parameter: 'after' | 'cursor', place: string): string {
  const { pathname, searchParams } = new URL(url);
  searchParams.set(parameter, place);
  return `<${pathname}?${searchParams}>; rel="next"`;
}

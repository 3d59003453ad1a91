import type {
  Event,
  EventId,
  EventTracker,
  EventTypeSummary,
  ReadOptions,
  StatsQuery,
  StatsRow,
} from '@event-tracker/core';
import { type AnyEvents, parseStatsQuery, requireEventId } from '@event-tracker/core/schemas';
import { buildStatsQueryString, ROUTES } from '@event-tracker/http-contract';
import type { Connection } from '../request/connection.ts';
import { openConnection, type ServerOptions } from '../request/server-options.ts';
import { followEvents } from './follow-events.ts';
import { isArray, isEvent, parseJson } from './parse-json.ts';
import { readPage } from './read-page.ts';
import { streamEvents } from './stream-events.ts';
import { undefinedIfMissing } from './undefined-if-missing.ts';

/** The calls of a tracker that read. */
export type EventReader<Events = AnyEvents> = Pick<
  EventTracker<Events>,
  'get' | 'query' | 'queryPages' | 'queryPage' | 'follow' | 'stats' | 'eventTypes'
>;

/**
 * Creates the reading part of a tracker on a server: less code than `createEventTrackerClient`, for pages that do not submit.
 *
 * @throws TypeError if an option is invalid
 */
export function createEventReader(options: ServerOptions): EventReader {
  return readFrom(openConnection(options));
}

/** Returns the calls that read from a server. */
export function readFrom(connection: Connection): EventReader {
  return {
    get: (id) => getEvent(connection, id),
    query: (query = {}, options) => flatten(streamEvents(connection, query, options)),
    queryPages: (query = {}, options) => streamEvents(connection, query, options),
    queryPage: (query = {}, options) => readPage(connection, query, options),
    follow: (query = {}, options) => followEvents(connection, query, options),
    stats: (query = {}, options) => queryStats(connection, query, options),
    eventTypes: (options) => queryEventTypes(connection, options),
  };
}

async function* flatten(pages: AsyncIterable<readonly Event[]>): AsyncGenerator<Event, void, void> {
  for await (const page of pages) yield* page;
}

async function getEvent(connection: Connection, id: EventId): Promise<Event | undefined> {
  const call = { route: ROUTES.getEvent, id: requireEventId(id) };
  return undefinedIfMissing(async () => parseJson((await connection.send(call, 'temporary failures')).body, isEvent));
}

async function queryStats(
  connection: Connection,
  query: StatsQuery,
  { signal }: ReadOptions = {},
): Promise<readonly StatsRow[]> {
  parseStatsQuery(query);
  const call = { route: ROUTES.queryStats, query: buildStatsQueryString(query), signal };
  return parseJson((await connection.send(call, 'temporary failures')).body, isArray<StatsRow>);
}

async function queryEventTypes(
  connection: Connection,
  { signal }: ReadOptions = {},
): Promise<readonly EventTypeSummary[]> {
  const { body } = await connection.send({ route: ROUTES.queryEventTypes, signal }, 'temporary failures');
  return parseJson(body, isArray<EventTypeSummary>);
}

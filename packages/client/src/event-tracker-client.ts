import type {
  Event,
  EventId,
  EventTracker,
  EventTypeSummary,
  FilterQuery,
  ReadOptions,
  StatsQuery,
  StatsRow,
} from '@event-tracker/core';
import {
  type AnyEvents,
  checkByValidators,
  createEventIds,
  type DeleteOptions,
  type EventSchemaOptions,
  type EventSchemas,
  type EventTypeOf,
  type JsonPayloads,
  type PayloadsOf,
  parseFilteredQuery,
  parseStatsQuery,
  requireEventId,
  type SubmitInput,
} from '@event-tracker/core/schemas';
import {
  buildDeletionQueryString,
  buildStatsQueryString,
  type Deletion,
  isRequestError,
  ROUTES,
} from '@event-tracker/http-contract';
import { type CloseOptions, createEventQueue, type OnRejected, type QueueLimits } from './queue/event-queue.ts';
import { followEvents } from './read/follow-events.ts';
import { hasMember, isArray, isEvent, parseJson } from './read/parse-json.ts';
import { readPage } from './read/read-page.ts';
import { streamEvents } from './read/stream-events.ts';
import { parseBaseUrl } from './request/base-url.ts';
import { type Connection, createConnection } from './request/connection.ts';
import { submitEvent, submitEvents } from './submit/submit-events.ts';

/** Options of `createEventTrackerClient`. */
export interface EventTrackerClientOptions {
  /** URL of the server, with its base path if it has one: `http://127.0.0.1:8080`. */
  readonly url: string;
  /** API key. Default: none, for a server without keys. */
  readonly key?: string | undefined;
  /** Default: the `fetch` of the runtime. */
  readonly fetch?: typeof fetch | undefined;
  /** Time in milliseconds for which a call is repeated after temporary failures, where that is safe. Default: 30,000 */
  readonly retryForMs?: number | undefined;
  /** Longest wait in milliseconds for a response, and for each part of it. Default: 35,000, more than the server needs. */
  readonly timeoutMs?: number | undefined;
  /** Receives the events of `submitLater` that the server refuses, and why. Required for `submitLater`. */
  readonly onRejected?: OnRejected | undefined;
  /** Limits of the events of `submitLater` that are not confirmed yet. */
  readonly queue?: QueueLimits | undefined;
}

/** A tracker on a server. */
export interface EventTrackerClient<Events = AnyEvents> extends EventTracker<Events> {
  /**
   * Puts an event into a queue and returns its id. The queue sends up to 500 events or 1 MB together, after at most 200 ms, and
   * sends them again after temporary failures until the server confirms them, however long that takes.
   *
   * @throws InvalidEventError, SchemaViolationError, PayloadTooLargeError, OverloadedError if the queue is full, or an error after
   * `close`
   */
  submitLater<Type extends EventTypeOf<Events>, Payload extends object>(
    event: SubmitInput<Events, Type, Payload>,
  ): EventId;
  /** Sends the queue without delay. Resolves when every event that is in it now is stored or was given to `onRejected`. */
  flush(): Promise<void>;
  /** Flushes the queue, and accepts no more events into it. Call it before the process ends. */
  close(options?: CloseOptions): Promise<void>;
  /** Closes the client at the end of a block: `await using client = createEventTrackerClient(…)`. */
  [Symbol.asyncDispose](): Promise<void>;
}

const DEFAULT_RETRY_FOR_MS = 30_000;
const DEFAULT_TIMEOUT_MS = 35_000;
/** A deletion can last a minute. */
const DELETION_TIMEOUT_MS = 65_000;

/** Visible ASCII, which is all that a header field can contain. */
const KEY = /^[!-~]+$/;

/**
 * Creates a tracker on a server. Its errors are those of core, and for failures that only HTTP has, `RequestError` and
 * `UnexpectedResponseError`. A server that cannot be reached is a `StoreUnavailableError`.
 *
 * @throws TypeError if an option is invalid
 * @example
 * const tracker = createEventTrackerClient({ url: 'http://127.0.0.1:8080' });
 * await tracker.submit({ event_type: 'login', timestamp: '2025-01-01T12:00:00Z', payload: { user_id: 1 } });
 */
export function createEventTrackerClient<const Schemas extends EventSchemas>(
  options: EventTrackerClientOptions & EventSchemaOptions<Schemas>,
): EventTrackerClient<PayloadsOf<Schemas>>;
export function createEventTrackerClient<Events extends JsonPayloads<Events> = AnyEvents>(
  options: EventTrackerClientOptions,
): EventTrackerClient<Events>;
export function createEventTrackerClient({
  url,
  key,
  fetch: customFetch,
  retryForMs = DEFAULT_RETRY_FOR_MS,
  timeoutMs = DEFAULT_TIMEOUT_MS,
  onRejected,
  queue: limits,
  events,
}: EventTrackerClientOptions & Partial<EventSchemaOptions<EventSchemas>>): EventTrackerClient {
  if (key !== undefined && !KEY.test(key)) throw new TypeError('key: expected visible ASCII characters');
  const connection = createConnection({
    baseUrl: parseBaseUrl(url),
    key,
    fetch: customFetch ?? ((...request) => fetch(...request)), // browsers require that it is called on its own
    retryForMs,
    timeoutMs,
  });
  const preparation = { newId: createEventIds(Date.now), check: events && checkByValidators(events) };
  const queue = createEventQueue({ connection, preparation, onRejected, limits });
  return {
    submit: (event) => submitEvent(connection, event, preparation),
    submitAll: (events) => submitEvents(connection, events, preparation),
    get: (id) => getEvent(connection, id),
    query: (query = {}, options) => flatten(streamEvents(connection, query, options)),
    queryPages: (query = {}, options) => streamEvents(connection, query, options),
    queryPage: (query = {}, options) => readPage(connection, query, options),
    follow: (query = {}, options) => followEvents(connection, query, options),
    stats: (query = {}, options) => queryStats(connection, query, options),
    eventTypes: (options) => queryEventTypes(connection, options),
    delete: (id) => deleteEvent(connection, id),
    deleteAll: (query, options) => deleteEvents(connection, query, { timeoutMs, ...options }),
    ...queue,
    [Symbol.asyncDispose]: () => queue.close(),
  };
}

async function* flatten(pages: AsyncIterable<readonly Event[]>): AsyncGenerator<Event, void, void> {
  for await (const page of pages) yield* page;
}

async function getEvent(connection: Connection, id: EventId): Promise<Event | undefined> {
  const call = { route: ROUTES.getEvent, id: requireEventId(id) };
  return undefinedIfMissing(async () => parseJson((await connection.send(call, 'temporary failures')).body, isEvent));
}

async function deleteEvent(connection: Connection, id: EventId): Promise<boolean> {
  const call = { route: ROUTES.deleteEvent, id: requireEventId(id) };
  return (await undefinedIfMissing(() => connection.send(call, 'failures without effect'))) !== undefined;
}

async function undefinedIfMissing<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (isRequestError(error) && error.code === 'event_not_found') return undefined;
    throw error;
  }
}

async function deleteEvents(
  connection: Connection,
  query: FilterQuery,
  { timeoutMs, signal, ...options }: DeleteOptions & { readonly timeoutMs: number },
): Promise<number> {
  parseFilteredQuery({}, { ...query });
  const { body } = await connection.send(
    {
      route: ROUTES.deleteEvents,
      query: buildDeletionQueryString(query, options),
      timeoutMs: Math.max(timeoutMs, DELETION_TIMEOUT_MS),
      signal: options.dryRun === true ? signal : undefined, // a deletion completes
    },
    options.dryRun === true ? 'temporary failures' : 'failures without effect',
  );
  const deletion = parseJson(body, isDeletion);
  return 'deleted' in deletion ? deletion.deleted : deletion.matched;
}

function isDeletion(value: unknown): value is Deletion {
  return hasMember('deleted')(value) || hasMember('matched')(value);
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

import type { EventId, EventTracker, FilterQuery } from '@event-tracker/core';
import {
  type AnyEvents,
  checkByValidators,
  createEventIds,
  type DeleteOptions,
  type EventSchemaOptions,
  type EventSchemas,
  type EventTypeOf,
  parseFilteredQuery,
  type ReplayOptions,
  type ReplayResult,
  requireEventId,
  type SubmitInput,
  type SubmitOptions,
  type SubmittedEvent,
} from '@event-tracker/core/schemas';
import { buildDeletionQueryString, type Deletion, type Replay, ROUTES, type Route } from '@event-tracker/http-contract';
import type { CloseOptions, EventQueue, EventQueueOptions, QueueLimits } from './queue/event-queue.ts';
import type { OnRejected } from './queue/reporter.ts';
import { readFrom } from './read/event-reader.ts';
import { hasMember, parseJson } from './read/parse-json.ts';
import { undefinedIfMissing } from './read/undefined-if-missing.ts';
import type { Connection } from './request/connection.ts';
import { openConnection, type ServerOptions } from './request/server-options.ts';
import { submitEvent, submitEvents } from './submit/submit-events.ts';

/** Options of `createEventTrackerClient`. */
export interface EventTrackerClientOptions extends ServerOptions {
  /** Receives the events of `submitLater` that the server refuses, and why. Required for `submitLater`. */
  readonly onRejected?: OnRejected | undefined;
  /** Limits of the events of `submitLater` that are not confirmed yet. */
  readonly queue?: QueueLimits | undefined;
}

/** A tracker on a server. */
export interface EventTrackerClient<Events = AnyEvents> extends EventTracker<Events> {
  /**
   * Stores an event and returns it as stored; an event that the server quarantines is returned as its record. With
   * `handling: 'strict'`, the server rejects every event that is not valid, and quarantines none.
   */
  submit<Type extends EventTypeOf<Events>, Payload extends object>(
    event: SubmitInput<Events, Type, Payload>,
    options?: HandlingOptions,
  ): Promise<SubmittedEvent<Events, Type>>;
  /**
   * Submits the events that matching quarantine records hold, and deletes the records of those that are now stored. Without
   * filters, all records match. A replay that fails can be repeated: it continues, and stores no event twice. After a minute it
   * fails with a StoreTimeoutError that states the number of events so far.
   */
  replayQuarantined(query?: FilterQuery, options?: ReplayQuarantinedOptions): Promise<ReplayResult>;
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

/** Options of `submit`. */
export interface HandlingOptions {
  /** `strict` rejects an event that the server would quarantine. Default: the mode of its schema applies. */
  readonly handling?: Extract<SubmitOptions['handling'], 'strict'> | undefined;
}

/** Options of `replayQuarantined`. */
export type ReplayQuarantinedOptions = Pick<ReplayOptions, 'dryRun' | 'signal'>;

/** A deletion or a replay can last a minute. */
const LONG_TIMEOUT_MS = 65_000;

/**
 * Creates a client with a queue of the given kind.
 *
 * @throws TypeError if an option is invalid
 */
export function createClient(
  {
    onRejected,
    queue: limits,
    events,
    ...options
  }: EventTrackerClientOptions & Partial<EventSchemaOptions<EventSchemas>>,
  createQueue: (options: EventQueueOptions) => EventQueue,
): EventTrackerClient {
  const connection = openConnection(options);
  const preparation = { newId: createEventIds(Date.now), check: events && checkByValidators(events) };
  const queue = createQueue({ connection, preparation, onRejected, limits });
  return {
    ...readFrom(connection),
    submit: (event, options) => submitEvent(connection, event, preparation, options),
    submitAll: (events) => submitEvents(connection, events, preparation),
    delete: (id) => deleteEvent(connection, id),
    deleteAll: (query, deletion) => deleteEvents(connection, query, deletion),
    replayQuarantined: (query = {}, replay) => replayEvents(connection, query, replay),
    ...queue,
    [Symbol.asyncDispose]: () => queue.close(),
  };
}

async function deleteEvent(connection: Connection, id: EventId): Promise<boolean> {
  const call = { route: ROUTES.deleteEvent, id: requireEventId(id) };
  return (await undefinedIfMissing(() => connection.send(call, 'failures without effect'))) !== undefined;
}

async function deleteEvents(
  connection: Connection,
  query: FilterQuery,
  { dryRun = false, signal }: DeleteOptions = {},
): Promise<number> {
  const options = { dryRun, signal: dryRun ? signal : undefined }; // a deletion completes
  const deletion = parseJson(await changeEvents(connection, ROUTES.deleteEvents, query, options), isDeletion);
  return 'deleted' in deletion ? deletion.deleted : deletion.matched;
}

function isDeletion(value: unknown): value is Deletion {
  return hasMember('deleted')(value) || hasMember('matched')(value);
}

async function replayEvents(
  connection: Connection,
  query: FilterQuery,
  options: ReplayQuarantinedOptions = {},
): Promise<ReplayResult> {
  const result = parseJson(await changeEvents(connection, ROUTES.replayQuarantined, query, options), isReplay);
  return { replayed: result.replayed, stillInvalid: result.still_invalid };
}

function isReplay(value: unknown): value is Replay {
  return hasMember('replayed')(value);
}

/** Deletes or replays all matching events, or only counts them, and returns the body of the response. */
async function changeEvents(
  connection: Connection,
  route: Route,
  query: FilterQuery,
  { dryRun = false, signal }: ReplayQuarantinedOptions,
): Promise<string> {
  parseFilteredQuery({}, { ...query });
  const call = {
    route,
    query: buildDeletionQueryString(query, { dryRun }),
    timeoutMs: Math.max(connection.timeoutMs, LONG_TIMEOUT_MS),
    signal,
  };
  // A repeated call would count only its own events.
  const { body } = await connection.send(call, dryRun ? 'temporary failures' : 'failures without effect');
  return body;
}

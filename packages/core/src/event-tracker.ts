import { createEventIds } from './event/create-event-ids.ts';
import type { Event, EventId } from './event/event.ts';
import type {
  AnyEvents,
  EventOf,
  EventTypeOf,
  FoundEvent,
  JsonPayloads,
  SubmitElement,
  SubmitInput,
  SubmittedEvent,
} from './event/typed-events.ts';
import type { ArrivalQuery } from './query/arrival-query.ts';
import type { EventQuery } from './query/event-query.ts';
import type { FilterQuery, TypePrefixes } from './query/filter-query.ts';
import type { RetentionRule } from './retention/retention-rule.ts';
import { systemClock } from './runtime/clock.ts';
import { checkByValidators } from './schema/check-by-validators.ts';
import type { SchemaOptions } from './schema/schema-check.ts';
import type { EventSchemas, PayloadsOf } from './schema/standard-schema.ts';
import type { StatsQuery } from './stats/stats-query.ts';
import type { StatsRow } from './stats/stats-rows.ts';
import { createArrivalFeed } from './store/arrival-feed.ts';
import type {
  AppendResult,
  EventStorePort,
  ReadOptions,
  StoreGuarantees,
  StoreReadOptions,
} from './store/event-store-port.ts';
import { deleteEvent } from './use-cases/delete-event.ts';
import { type DeleteOptions, deleteEvents } from './use-cases/delete-events.ts';
import { createExpiredEventsDeletion } from './use-cases/delete-expired-events.ts';
import { type FollowedItem, type FollowOptions, followEvents } from './use-cases/follow-events.ts';
import { getEvent } from './use-cases/get-event.ts';
import type { Quarantine } from './use-cases/quarantine.ts';
import { queryArrivalPage } from './use-cases/query-arrivals.ts';
import { type EventTypeSummary, queryEventTypes } from './use-cases/query-event-types.ts';
import { type EventPage, queryEventPage, queryEventPages } from './use-cases/query-events.ts';
import { queryStats } from './use-cases/query-stats.ts';
import type { ReplayOptions, ReplayResult } from './use-cases/replay-quarantined.ts';
import {
  DEFAULT_LIMITS,
  type EventInputs,
  type SubmitLimits,
  type SubmitOptions,
  submitEvents,
} from './use-cases/submit-events.ts';

/** Options of `createEventTracker`. */
export interface EventTrackerOptions {
  readonly store: EventStorePort;
  /** Milliseconds since 1970. Default: the system clock. */
  readonly clock?: () => number;
  /** Creates the id of an event that was submitted without one. Default: monotonic UUIDv7. */
  readonly newId?: () => EventId;
  readonly limits?: Partial<SubmitLimits>;
  /** How long events are kept; the first matching rule applies. Default: no rules, events are kept until deleted. */
  readonly retention?: readonly RetentionRule[];
  /** What the events of each type must look like. Default: no schemas. */
  readonly schemas?: SchemaOptions | undefined;
  /** Made by `createQuarantine`. Default: no quarantine; an event that would be quarantined is rejected. */
  readonly quarantine?: Quarantine | undefined;
}

/** Result of submitting one event. */
export interface SubmitResult {
  readonly id: EventId;
  /** True if this call stored the event; false for a duplicate. */
  readonly stored: boolean;
}

/**
 * The use cases, in this process or over a network. They throw the errors that `isEventTrackerError` recognizes; a read whose
 * signal is aborted throws the reason of the signal.
 *
 * `Events` has the payload type of each event type, such as `{ login: { user_id: number } }`. Default: any type and any JSON.
 */
export interface EventTracker<Events = AnyEvents, Options extends ReadOptions = ReadOptions> {
  /** Stores an event and returns it as stored. Submitting the same id and content again has no effect. */
  submit<Type extends EventTypeOf<Events>, Payload extends object>(
    event: SubmitInput<Events, Type, Payload>,
  ): Promise<SubmittedEvent<Events, Type>>;
  /** Stores all of the events or none, and returns a result for each event, in the order of the events. */
  submitAll(events: EventInputs<SubmitElement<Events>>): Promise<readonly SubmitResult[]>;
  /** Returns the event with an id, or undefined. */
  get(id: EventId): Promise<EventOf<Events> | undefined>;
  /** Yields all matching events one by one. */
  query<Type extends EventTypeOf<Events> = EventTypeOf<Events>, Prefix extends TypePrefixes = undefined>(
    query?: EventQuery<Type, Prefix>,
    options?: Options,
  ): AsyncGenerator<FoundEvent<Events, Type, Prefix>, void, void>;
  /** Yields all matching events in pages, which is faster for bulk processing. */
  queryPages<Type extends EventTypeOf<Events> = EventTypeOf<Events>, Prefix extends TypePrefixes = undefined>(
    query?: EventQuery<Type, Prefix>,
    options?: Options,
  ): AsyncGenerator<readonly FoundEvent<Events, Type, Prefix>[], void, void>;
  /**
   * Returns one page of events and the cursor of the next page. With `order: 'arrival'`, returns one page in order of arrival
   * and the position of the next page, which is always set.
   */
  queryPage<Type extends EventTypeOf<Events> = EventTypeOf<Events>, Prefix extends TypePrefixes = undefined>(
    query?: EventQuery<Type, Prefix> | ArrivalQuery<Type, Prefix>,
    options?: Options,
  ): Promise<EventPage<FoundEvent<Events, Type, Prefix>>>;
  /** Yields matching events as they arrive and never ends. Each item has the position to continue from. */
  follow<Type extends EventTypeOf<Events> = EventTypeOf<Events>, Prefix extends TypePrefixes = undefined>(
    query?: FilterQuery<Type, Prefix>,
    options?: FollowOptions,
  ): AsyncGenerator<FollowedItem<FoundEvent<Events, Type, Prefix>>, never, void>;
  /** Computes a metric of all matching events: one number, or one per time bucket, per group, or both. */
  stats(query?: StatsQuery, options?: Options): Promise<readonly StatsRow[]>;
  /** Returns all event types, each with its number of events and the timestamps of the first and the last. */
  eventTypes(options?: Options): Promise<readonly EventTypeSummary[]>;
  /** Deletes the event with an id, and returns whether it existed. The id can then be used again. */
  delete(id: EventId): Promise<boolean>;
  /** Deletes all matching events, or only counts them, and returns their number. At least one filter is required. */
  deleteAll(query: FilterQuery, options?: DeleteOptions): Promise<number>;
}

/**
 * A tracker on a store in this process, with additional members for servers. Its reads accept the client of a server, too, so that
 * its clients take turns.
 */
export interface LocalEventTracker<Events = AnyEvents> extends EventTracker<Events, StoreReadOptions> {
  /** Guarantees of the store. */
  readonly guarantees: StoreGuarantees;
  deleteAll(query: FilterQuery, options?: DeleteOptions & StoreReadOptions): Promise<number>;
  /** Resolves if the store works, and rejects with the reason if it does not. */
  ping(): Promise<void>;
  /** Like `submitAll`, but returns each event as stored. The result of a quarantined event has its quarantine record. */
  submitEvents(events: EventInputs, options?: SubmitOptions): Promise<readonly AppendResult[]>;
  /** Submits quarantined events again, and deletes the records of those that are now stored. Requires `quarantine`. */
  replayQuarantined(query?: FilterQuery, options?: ReplayOptions): Promise<ReplayResult>;
  /** Deletes events older than `retention` keeps, and returns the number of events deleted. Call it periodically. */
  deleteExpired(): Promise<number>;
}

/** Validators of payloads, which also determine the types of a tracker. */
export interface EventSchemaOptions<Schemas extends EventSchemas> {
  /**
   * A validator for each event type (Standard Schema: valibot, zod, arktype and others). Validators check, and can be async; the
   * submitted payload is stored. An event type without a validator is not checked.
   */
  readonly events: Schemas;
}

/**
 * Creates a tracker on a store.
 *
 * @example
 * const tracker = createEventTracker({ store: createMemoryEventStore() });
 * await tracker.submit({ event_type: 'login', timestamp: '2025-01-01T12:00:00Z', payload: { user_id: 1 } });
 * @example
 * const tracker = createEventTracker<{ login: { user_id: number } }>({ store });
 * @example
 * const tracker = createEventTracker({ store, events: { login: v.strictObject({ user_id: v.number() }) } });
 */
export function createEventTracker<const Schemas extends EventSchemas>(
  options: EventTrackerOptions & EventSchemaOptions<Schemas>,
): LocalEventTracker<PayloadsOf<Schemas>>;
export function createEventTracker<Events extends JsonPayloads<Events> = AnyEvents>(
  options: EventTrackerOptions,
): LocalEventTracker<Events>;
export function createEventTracker({
  events,
  schemas,
  ...options
}: EventTrackerOptions & Partial<EventSchemaOptions<EventSchemas>>): LocalEventTracker {
  if (!events) return createTracker({ ...options, schemas });
  return createTracker({ ...options, schemas: { ...schemas, check: checkByValidators(events, schemas?.check) } });
}

function createTracker({
  store: port,
  clock = systemClock,
  newId = createEventIds(clock),
  limits,
  retention = [],
  schemas,
  quarantine,
}: EventTrackerOptions): LocalEventTracker {
  const feed = createArrivalFeed(port, clock);
  const { store } = feed;
  const submitting = { store, newId, limits: { ...DEFAULT_LIMITS, ...limits }, clock, retention, schemas, quarantine };
  const reading = { store };
  return {
    guarantees: store.guarantees,
    ping: () => store.ping(),
    submit: async (event) => {
      const results = await submitEvents(submitting, [event]);
      return (results[0] as AppendResult).event; // submitEvents returns one result per event
    },
    submitAll: async (events) => {
      const results = await submitEvents(submitting, events);
      return results.map(({ event: { id }, stored }) => ({ id, stored }));
    },
    submitEvents: (events, options) => submitEvents(submitting, events, options),
    replayQuarantined: async (query = {}, options) => {
      if (!quarantine) throw new Error('the tracker has no quarantine');
      return quarantine.replay(submitting, query, options);
    },
    get: (id) => getEvent(reading, id),
    query: (query = {}, options) => flatten(queryEventPages(reading, query, options)),
    queryPages: (query = {}, options) => queryEventPages(reading, query, options),
    queryPage: (query = {}, options) =>
      query.order === 'arrival' ? queryArrivalPage(reading, query, options) : queryEventPage(reading, query, options),
    follow: (query = {}, options) => followEvents(feed, query, options),
    stats: (query = {}, options) => queryStats(reading, query, options),
    eventTypes: (options) => queryEventTypes(reading, options),
    delete: (id) => deleteEvent(reading, id),
    deleteAll: (query, options) => deleteEvents({ store, clock }, query, options),
    deleteExpired: createExpiredEventsDeletion({ store, clock, retention }),
  };
}

async function* flatten(pages: AsyncIterable<readonly Event[]>): AsyncGenerator<Event, void, void> {
  for await (const page of pages) yield* page;
}

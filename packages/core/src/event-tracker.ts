import type { Event, EventId, NewEvent } from './event/event.ts';
import { createEventIds } from './event/event-id.ts';
import type { ArrivalQuery } from './query/arrival-query.ts';
import type { EventQuery } from './query/event-query.ts';
import type { FilterQuery } from './query/filter-query.ts';
import type { RetentionRule } from './retention/retention-rule.ts';
import { systemClock } from './runtime/clock.ts';
import type { DeriveId } from './schema/quarantine-record.ts';
import type { SchemaOptions } from './schema/schema-check.ts';
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
import { queryArrivalPage } from './use-cases/query-arrivals.ts';
import { type EventTypeSummary, queryEventTypes } from './use-cases/query-event-types.ts';
import { type EventPage, queryEventPage, queryEventPages } from './use-cases/query-events.ts';
import { queryStats } from './use-cases/query-stats.ts';
import { type ReplayOptions, type ReplayResult, replayQuarantined } from './use-cases/replay-quarantined.ts';
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
  /**
   * Derives the ids of quarantined events, for example UUIDv5. Default: no quarantine; an event that would be quarantined is
   * rejected.
   */
  readonly deriveId?: DeriveId | undefined;
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
 */
export interface EventTracker {
  /** Stores an event and returns it as stored. Submitting the same id and content again has no effect. */
  submit(event: NewEvent): Promise<Event>;
  /** Stores all of the events or none, and returns a result for each event, in the order of the events. */
  submitAll(events: EventInputs): Promise<readonly SubmitResult[]>;
  /** Returns the event with an id, or undefined. */
  get(id: EventId): Promise<Event | undefined>;
  /** Yields all matching events one by one. */
  query(query?: EventQuery, options?: ReadOptions): AsyncGenerator<Event, void, void>;
  /** Yields all matching events in pages, which is faster for bulk processing. */
  queryPages(query?: EventQuery, options?: ReadOptions): AsyncGenerator<readonly Event[], void, void>;
  /**
   * Returns one page of events and the cursor of the next page. With `order: 'arrival'`, returns one page in order of arrival
   * and the position of the next page, which is always set.
   */
  queryPage(query?: EventQuery | ArrivalQuery, options?: ReadOptions): Promise<EventPage>;
  /** Yields matching events as they arrive and never ends. Each item has the position to continue from. */
  follow(query?: FilterQuery, options?: FollowOptions): AsyncGenerator<FollowedItem, never, void>;
  /** Computes a metric of all matching events: one number, or one per time bucket, per group, or both. */
  stats(query?: StatsQuery, options?: ReadOptions): Promise<readonly StatsRow[]>;
  /** Returns all event types, each with its number of events and the timestamps of the first and the last. */
  eventTypes(options?: ReadOptions): Promise<readonly EventTypeSummary[]>;
  /** Deletes the event with an id, and returns whether it existed. The id can then be used again. */
  delete(id: EventId): Promise<boolean>;
  /** Deletes all matching events, or only counts them, and returns their number. At least one filter is required. */
  deleteAll(query: FilterQuery, options?: DeleteOptions): Promise<number>;
}

/** A tracker on a store in this process, with additional members for servers. */
export interface LocalEventTracker extends EventTracker {
  /** Guarantees of the store. */
  readonly guarantees: StoreGuarantees;
  // These accept the client of a server, too, so that its clients take turns.
  queryPages(query?: EventQuery, options?: StoreReadOptions): AsyncGenerator<readonly Event[], void, void>;
  queryPage(query?: EventQuery | ArrivalQuery, options?: StoreReadOptions): Promise<EventPage>;
  stats(query?: StatsQuery, options?: StoreReadOptions): Promise<readonly StatsRow[]>;
  eventTypes(options?: StoreReadOptions): Promise<readonly EventTypeSummary[]>;
  deleteAll(query: FilterQuery, options?: DeleteOptions & StoreReadOptions): Promise<number>;
  /** Resolves if the store works, and rejects with the reason if it does not. */
  ping(): Promise<void>;
  /** Like `submitAll`, but returns each event as stored. The result of a quarantined event has its quarantine record. */
  submitEvents(events: EventInputs, options?: SubmitOptions): Promise<readonly AppendResult[]>;
  /** Submits quarantined events again, and deletes the records of those that are now stored. Requires `deriveId`. */
  replayQuarantined(query?: FilterQuery, options?: ReplayOptions): Promise<ReplayResult>;
  /** Deletes events older than `retention` keeps, and returns the number of events deleted. Call it periodically. */
  deleteExpired(): Promise<number>;
}

/**
 * Creates a tracker on a store.
 *
 * @example
 * const tracker = createEventTracker({ store: createMemoryEventStore() });
 * await tracker.submit({ event_type: 'login', timestamp: '2025-01-01T12:00:00Z', payload: { user_id: 1 } });
 */
export function createEventTracker({
  store: port,
  clock = systemClock,
  newId = createEventIds(clock),
  limits,
  retention = [],
  schemas,
  deriveId,
}: EventTrackerOptions): LocalEventTracker {
  const feed = createArrivalFeed(port, clock);
  const { store } = feed;
  const submitting = { store, newId, limits: { ...DEFAULT_LIMITS, ...limits }, clock, retention, schemas, deriveId };
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
      if (!deriveId) throw new Error('the tracker has no quarantine: createEventTracker requires deriveId for it');
      return replayQuarantined({ ...submitting, deriveId }, query, options);
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

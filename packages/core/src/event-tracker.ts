import type { Event, EventId, NewEvent } from './event/event.ts';
import { createEventIds } from './event/event-id.ts';
import type { ArrivalQuery } from './query/arrival-query.ts';
import type { EventQuery } from './query/event-query.ts';
import type { FilterQuery } from './query/filter-query.ts';
import type { RetentionRule } from './retention/retention-rule.ts';
import { systemClock } from './runtime/clock.ts';
import type { StatsQuery } from './stats/stats-query.ts';
import type { StatsRow } from './stats/stats-rows.ts';
import { createArrivalFeed } from './store/arrival-feed.ts';
import type { AppendResult, EventStorePort, StoreGuarantees } from './store/event-store-port.ts';
import { deleteEvent } from './use-cases/delete-event.ts';
import { type DeleteOptions, deleteEvents } from './use-cases/delete-events.ts';
import { createExpiredEventsDeletion } from './use-cases/delete-expired-events.ts';
import { type FollowedItem, type FollowOptions, followEvents } from './use-cases/follow-events.ts';
import { getEvent } from './use-cases/get-event.ts';
import { queryArrivalPage } from './use-cases/query-arrivals.ts';
import { type EventTypeSummary, queryEventTypes } from './use-cases/query-event-types.ts';
import { type EventPage, queryEventPage, queryEventPages } from './use-cases/query-events.ts';
import { queryStats } from './use-cases/query-stats.ts';
import { DEFAULT_LIMITS, type EventInputs, type SubmitLimits, submitEvents } from './use-cases/submit-events.ts';

/** What a tracker is made of. */
export interface EventTrackerOptions {
  readonly store: EventStorePort;
  /** Milliseconds since 1970; the system's clock unless told otherwise. */
  readonly clock?: () => number;
  /** Makes an id for each event that brings none; monotonic UUIDv7 unless told otherwise. */
  readonly newId?: () => EventId;
  readonly limits?: Partial<SubmitLimits>;
  /** How long events are kept, the first rule that fits a type; without rules, until they are removed. */
  readonly retention?: readonly RetentionRule[];
}

/** What became of one submitted event. */
export interface SubmitResult {
  readonly id: EventId;
  /** True if this call stored the event, false for a duplicate. */
  readonly stored: boolean;
}

/** The use cases, in this process or over a network. Their errors are those of `isEventTrackerError`. */
export interface EventTracker {
  /** Stores an event and gives it back as stored. The same id and content again changes nothing. */
  submit(event: NewEvent): Promise<Event>;
  /** Stores all of the events or none, and returns what became of each, in the order given. */
  submitAll(events: EventInputs): Promise<readonly SubmitResult[]>;
  /** Finds an event by its id. */
  get(id: EventId): Promise<Event | undefined>;
  /** Finds all events that match, one after the other. */
  query(query?: EventQuery): AsyncGenerator<Event, void, void>;
  /** Finds all events that match, page by page: for those who pass them on in bulk. */
  queryPages(query?: EventQuery): AsyncGenerator<readonly Event[], void, void>;
  /**
   * Finds one page of events and the cursor of the next; or, with `order: 'arrival'`, one page in the order of arrival and the
   * position of the next, which is always there.
   */
  queryPage(query?: EventQuery | ArrivalQuery): Promise<EventPage>;
  /** Follows all events that match as they arrive, without end; each item has the position where to continue. */
  follow(query?: FilterQuery, options?: FollowOptions): AsyncGenerator<FollowedItem, never, void>;
  /** Works out a metric of all events that match, in one number, per bucket of time, per group, or both. */
  stats(query?: StatsQuery): Promise<readonly StatsRow[]>;
  /** Finds all types of events, how many there are of each, and when the first and the last happened. */
  eventTypes(): Promise<readonly EventTypeSummary[]>;
  /** Removes an event by its id, and answers whether there was one. It is forgotten: its id can be taken again. */
  delete(id: EventId): Promise<boolean>;
  /** Removes all events that match, or only counts them, and answers how many there are. There has to be a filter. */
  deleteAll(query: FilterQuery, options?: DeleteOptions): Promise<number>;
}

/** A tracker over a store of this process, with what a server needs in addition. */
export interface LocalEventTracker extends EventTracker {
  /** What the store guarantees. */
  readonly guarantees: StoreGuarantees;
  /** Resolves when the store works, and rejects with the reason where it does not. */
  ping(): Promise<void>;
  /** The same as `submitAll`, with each event as it is stored. */
  submitEvents(events: EventInputs): Promise<readonly AppendResult[]>;
  /** Deletes what is older than `retention` keeps, and returns the number of events deleted. Call it periodically. */
  deleteExpired(): Promise<number>;
}

/**
 * Binds the use cases to a store.
 *
 * @example
 * const tracker = createEventTracker({ store: createMemoryEventStore() });
 * await tracker.submit({ event_type: 'login', timestamp: '2025-01-01T12:00:00Z', payload: { user_id: 1 } });
 */
export function createEventTracker({
  store: given,
  clock = systemClock,
  newId = createEventIds(clock),
  limits,
  retention = [],
}: EventTrackerOptions): LocalEventTracker {
  const feed = createArrivalFeed(given, clock);
  const { store } = feed;
  const submitting = { store, newId, limits: { ...DEFAULT_LIMITS, ...limits }, clock, retention };
  const reading = { store };
  return {
    guarantees: store.guarantees,
    ping: () => store.ping(),
    submit: async (event) => {
      const results = await submitEvents(submitting, [event]);
      return (results[0] as AppendResult).event; // there is one for each event
    },
    submitAll: async (events) => {
      const results = await submitEvents(submitting, events);
      return results.map(({ event: { id }, stored }) => ({ id, stored }));
    },
    submitEvents: (events) => submitEvents(submitting, events),
    get: (id) => getEvent(reading, id),
    query: (query = {}) => flatten(queryEventPages(reading, query)),
    queryPages: (query = {}) => queryEventPages(reading, query),
    queryPage: (query = {}) =>
      query.order === 'arrival' ? queryArrivalPage(reading, query) : queryEventPage(reading, query),
    follow: (query = {}, options) => followEvents(feed, query, options),
    stats: (query = {}) => queryStats(reading, query),
    eventTypes: () => queryEventTypes(reading),
    delete: (id) => deleteEvent(reading, id),
    deleteAll: (query, options) => deleteEvents({ store, clock }, query, options),
    deleteExpired: createExpiredEventsDeletion({ store, clock, retention }),
  };
}

async function* flatten(pages: AsyncIterable<readonly Event[]>): AsyncGenerator<Event, void, void> {
  for await (const page of pages) yield* page;
}

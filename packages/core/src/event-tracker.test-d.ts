import { describe, expectTypeOf, test } from 'vitest';
import type { EventIdConflictError, InvalidEventError } from './errors.ts';
import type {
  Event,
  EventId,
  EventPage,
  EventQuery,
  EventTracker,
  EventTrackerError,
  EventTrackerOptions,
  EventTypeSummary,
  FilterQuery,
  JsonObject,
  JsonValue,
  LocalEventTracker,
  NewEvent,
  StatsQuery,
  StatsRow,
  SubmitResult,
} from './index.ts';
import {
  createEventTracker,
  isEventIdConflictError,
  isEventTrackerError,
  isInvalidEventError,
  isStoreTimeoutError,
} from './index.ts';
import type { EventInputs, EventTrackerErrorCode } from './schemas/index.ts';
import type {
  AggregateCell,
  AggregateRequest,
  AppendOutcome,
  AppendResult,
  Arrival,
  ArrivalRequest,
  EventFilter,
  EventOrder,
  EventPosition,
  EventStorePort,
  PageRequest,
  StoreGuarantees,
  StoreReadOptions,
} from './store/index.ts';

declare const store: EventStorePort;
declare const tracker: LocalEventTracker;
declare const event: Event;

describe('Event', () => {
  test('has four members, in the same words everywhere, and nothing more', () => {
    expectTypeOf<keyof Event>().toEqualTypeOf<'id' | 'event_type' | 'timestamp' | 'payload'>();
    expectTypeOf<Event>().toExtend<NewEvent>();
    expectTypeOf<NewEvent>().not.toExtend<Event>();
  });

  test('is readonly all the way down', () => {
    expectTypeOf<Event>().toEqualTypeOf<Readonly<Event>>();
    // @ts-expect-error a member cannot be set
    event.event_type = 'logout';
    // @ts-expect-error nor can a member of the payload
    event.payload.user_id = 2;
    expectTypeOf<Extract<JsonValue, readonly unknown[]>>().toEqualTypeOf<readonly JsonValue[]>();
  });

  test('admits that a member of the payload may be missing', () => {
    expectTypeOf(event.payload.user_id).toEqualTypeOf<JsonValue | undefined>();
  });
});

describe('submit', () => {
  const good = { event_type: 'login', timestamp: '2025-01-01T12:00:00Z', payload: { user_id: 1 } };

  test('accepts an event with or without an id, and gives it back', () => {
    expectTypeOf(tracker.submit).toBeCallableWith(good);
    expectTypeOf(tracker.submit).toBeCallableWith({ ...good, id: '017f22e2-79b0-7cc3-98c4-dc0c0c07398f' });
    expectTypeOf(tracker.submit).toBeCallableWith({ ...good, id: undefined });
    expectTypeOf(tracker.submit).returns.resolves.toEqualTypeOf<Event>();
  });

  test('accepts an event that was read', () => {
    expectTypeOf(tracker.submit).toBeCallableWith(event);
  });

  test('accepts any JSON as payload', () => {
    expectTypeOf<{
      a: null;
      b: true;
      c: 1.5;
      d: 'x';
      e: (number | string[])[];
      f: { g: { h: false } };
    }>().toExtend<JsonObject>();
    expectTypeOf<{ readonly a: readonly [1, { readonly b: 2 }] }>().toExtend<JsonObject>();
  });

  test('rejects values that are not JSON', () => {
    expectTypeOf<Date>().not.toExtend<JsonValue>();
    expectTypeOf<{ a: Date }>().not.toExtend<JsonObject>();
    expectTypeOf<{ a: bigint }>().not.toExtend<JsonObject>();
    expectTypeOf<{ a: undefined }>().not.toExtend<JsonObject>();
    expectTypeOf<{ a: () => void }>().not.toExtend<JsonObject>();
    expectTypeOf<Map<string, string>>().not.toExtend<JsonObject>();
    expectTypeOf<readonly string[]>().not.toExtend<JsonObject>();
    expectTypeOf<unknown>().not.toExtend<JsonValue>();
  });

  test('rejects an event with a missing, invalid or unknown member', () => {
    // @ts-expect-error the payload is missing
    tracker.submit({ event_type: 'login', timestamp: '2025-01-01T12:00:00Z' });
    // @ts-expect-error a timestamp is text
    tracker.submit({ ...good, timestamp: new Date() });
    // @ts-expect-error an id is not null
    tracker.submit({ ...good, id: null });
    // @ts-expect-error a payload is an object
    tracker.submit({ ...good, payload: [1] });
    // @ts-expect-error there is no such member
    tracker.submit({ event_type: 'login', timestamp: '2025-01-01T12:00:00Z', payload: {}, user_id: 1 });
  });

  test('of many accepts an iterable with a length, and returns a result for each event', () => {
    expectTypeOf<readonly NewEvent[]>().toExtend<EventInputs>();
    expectTypeOf<{ length: number; [Symbol.iterator](): Iterator<unknown> }>().toExtend<EventInputs>();
    expectTypeOf<Set<NewEvent>>().not.toExtend<EventInputs>();
    expectTypeOf(tracker.submitAll).parameters.toEqualTypeOf<[EventInputs]>();
    expectTypeOf(tracker.submitAll).returns.resolves.toEqualTypeOf<readonly SubmitResult[]>();
    expectTypeOf(tracker.submitEvents).returns.resolves.toEqualTypeOf<readonly AppendResult[]>();
  });
});

describe('query', () => {
  test('accepts any of its parameters, and none', () => {
    for (const query of [tracker.query, tracker.queryPages, tracker.queryPage]) {
      expectTypeOf(query).toBeCallableWith();
      expectTypeOf(query).toBeCallableWith({});
      expectTypeOf(query).toBeCallableWith({ event_type: 'login', start: '2025-01-01T12:00:00Z', order: 'desc' });
      expectTypeOf(query).toBeCallableWith({ event_type: ['login', 'logout'] as const, limit: 5, cursor: undefined });
    }
  });

  test('knows its parameters and no others', () => {
    expectTypeOf<keyof EventQuery>().toEqualTypeOf<
      'event_type' | 'event_type[prefix]' | 'start' | 'end' | 'q' | `payload.${string}` | 'order' | 'limit' | 'cursor'
    >();
    // @ts-expect-error there are cursors, no offsets
    tracker.query({ offset: 10 });
    // @ts-expect-error an order is asc or desc
    tracker.query({ order: 'ascending' });
    // @ts-expect-error a start is text
    tracker.query({ start: new Date() });
    // @ts-expect-error a limit is a number
    tracker.query({ limit: '10' });
  });

  test('gives single events, pages, or one page with its cursor', () => {
    expectTypeOf(tracker.query).returns.toEqualTypeOf<AsyncGenerator<Event, void, void>>();
    expectTypeOf(tracker.queryPages).returns.toEqualTypeOf<AsyncGenerator<readonly Event[], void, void>>();
    expectTypeOf(tracker.queryPage).returns.resolves.toEqualTypeOf<EventPage>();
    expectTypeOf<EventPage['next']>().toEqualTypeOf<string | undefined>();
  });

  test('of one id gives an event or nothing', () => {
    expectTypeOf(tracker.get).parameters.toEqualTypeOf<[EventId]>();
    expectTypeOf(tracker.get).returns.resolves.toEqualTypeOf<Event | undefined>();
  });
});

describe('stats', () => {
  test('know their parameters and no others', () => {
    expectTypeOf<Exclude<keyof StatsQuery, keyof FilterQuery>>().toEqualTypeOf<
      'metric' | 'interval' | 'time_zone' | 'group_by' | 'top'
    >();
    expectTypeOf<StatsQuery['interval']>().toEqualTypeOf<
      '1s' | '10s' | '1m' | '5m' | '15m' | '30m' | '1h' | '6h' | '1d' | '1w' | '1M' | '3M' | '1y' | undefined
    >();
    // @ts-expect-error a page is for events
    tracker.stats({ limit: 10 });
  });

  test('are rows of one number each', () => {
    expectTypeOf(tracker.stats).returns.resolves.toEqualTypeOf<readonly StatsRow[]>();
    expectTypeOf<StatsRow['value']>().toEqualTypeOf<number | null>();
    expectTypeOf(tracker.eventTypes).returns.resolves.toEqualTypeOf<readonly EventTypeSummary[]>();
  });
});

describe('createEventTracker', () => {
  test('needs a store and nothing else', () => {
    expectTypeOf(createEventTracker).toBeCallableWith({ store });
    expectTypeOf(createEventTracker).toBeCallableWith({ store, clock: Date.now, limits: { maxBatchEvents: 5 } });
    expectTypeOf(createEventTracker({ store })).toEqualTypeOf<LocalEventTracker>();
    expectTypeOf<LocalEventTracker>().toExtend<EventTracker>();
    expectTypeOf<Omit<EventTrackerOptions, 'store'>>().not.toExtend<EventTrackerOptions>();
  });
});

describe('EventStorePort', () => {
  test('asks of an adapter these calls and its guarantees', () => {
    expectTypeOf<EventStorePort>().toEqualTypeOf<{
      readonly guarantees: StoreGuarantees;
      append(batches: readonly (readonly Event[])[]): Promise<readonly AppendOutcome[]>;
      get(id: EventId): Promise<Event | undefined>;
      query(page: PageRequest, options?: StoreReadOptions): Promise<readonly Event[]>;
      aggregate(request: AggregateRequest, options?: StoreReadOptions): Promise<readonly AggregateCell[]>;
      delete(ids: readonly EventId[]): Promise<number>;
      readonly id: string;
      head(): Promise<bigint>;
      readAfter(request: ArrivalRequest, options?: StoreReadOptions): Promise<readonly Arrival[]>;
      ping(): Promise<void>;
      close(): Promise<void>;
    }>();
  });

  test('asks for a page by filter, order, limit and position, all of them understood already', () => {
    expectTypeOf<PageRequest>().toEqualTypeOf<{
      readonly filter: EventFilter;
      readonly order: EventOrder;
      readonly limit: number;
      readonly after?: EventPosition | undefined;
    }>();
    expectTypeOf<EventPosition>().toEqualTypeOf<{ readonly epochNanoseconds: bigint; readonly id: string }>();
    expectTypeOf<EventFilter['start']>().toEqualTypeOf<bigint | undefined>();
  });
});

describe('guards', () => {
  test('narrow what was thrown to the error with its members', () => {
    const thrown: unknown = undefined;
    if (isInvalidEventError(thrown)) {
      expectTypeOf(thrown).toEqualTypeOf<InvalidEventError>();
      expectTypeOf(thrown.problems[0]?.pointer).toEqualTypeOf<string | undefined>();
    }
    if (isEventIdConflictError(thrown)) {
      expectTypeOf(thrown).toEqualTypeOf<EventIdConflictError>();
      expectTypeOf(thrown.ids).toEqualTypeOf<readonly EventId[]>();
    }
    if (isStoreTimeoutError(thrown)) expectTypeOf(thrown).toExtend<Error>();
  });

  test('narrow to a union that the code discriminates', () => {
    const thrown: unknown = undefined;
    if (!isEventTrackerError(thrown)) return;
    expectTypeOf(thrown).toEqualTypeOf<EventTrackerError>();
    if (thrown.code === 'payload_too_large') expectTypeOf(thrown.maxBytes).toEqualTypeOf<number>();
    // @ts-expect-error only some of them carry problems
    thrown.problems;
  });

  test('cover every code', () => {
    expectTypeOf<EventTrackerErrorCode>().toEqualTypeOf<
      | 'invalid_event'
      | 'outside_retention'
      | 'schema_violation'
      | 'payload_too_large'
      | 'batch_too_large'
      | 'invalid_query'
      | 'invalid_cursor'
      | 'too_many_cells'
      | 'filter_required'
      | 'invalid_id'
      | 'event_id_conflict'
      | 'store_unavailable'
      | 'store_full'
      | 'overloaded'
      | 'store_timeout'
    >();
  });
});

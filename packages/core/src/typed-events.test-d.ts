import { type } from 'arktype';
import * as v from 'valibot';
import { describe, expectTypeOf, test } from 'vitest';
import * as z from 'zod';
import type { Event, EventTracker, JsonObject, LocalEventTracker, NewEvent, NewEventOf } from './index.ts';
import { createEventTracker } from './index.ts';
import type { EventStorePort } from './store/index.ts';

declare const store: EventStorePort;

interface Login {
  user_id: number;
  device?: { name: string; tags: string[] };
}
interface Order {
  total: number;
}
interface Events {
  login: Login;
  'order.paid': Order;
}

const envelope = { timestamp: '2025-01-01T12:00:00Z' } as const;

async function firstOf<T>(items: AsyncIterable<T>): Promise<T> {
  for await (const item of items) return item;
  throw new Error('none');
}

describe('a tracker without known types', () => {
  const tracker = createEventTracker({ store });

  test('accepts a payload whose type is an interface', () => {
    const login: Login = { user_id: 1 };
    const event = { event_type: 'login', ...envelope, payload: login };
    expectTypeOf(tracker.submit(event)).resolves.toEqualTypeOf<Event>();
    expectTypeOf(tracker.query({ event_type: 'login' })).toEqualTypeOf<AsyncGenerator<Event, void, void>>();
    expectTypeOf(tracker.get('')).resolves.toEqualTypeOf<Event | undefined>();
  });

  test('rejects what is not JSON, with what to do', () => {
    // @ts-expect-error Type 'Date' is not assignable to type '"a Date is not JSON: use date.toISOString()"'
    tracker.submit({ event_type: 'login', ...envelope, payload: { at: new Date() } });
    // @ts-expect-error Type 'undefined' is not assignable to type '"undefined is not JSON: leave the member out, or use null"'
    tracker.submit({ event_type: 'login', ...envelope, payload: { a: undefined } });
    // @ts-expect-error nested
    tracker.submit({ event_type: 'login', ...envelope, payload: { a: [{ b: 1n }] } });
    // @ts-expect-error unknown
    tracker.submit({ event_type: 'login', ...envelope, payload: { a: {} as unknown } });
    // @ts-expect-error a method
    tracker.submit({ event_type: 'login', ...envelope, payload: { a: () => 1 } });
    // @ts-expect-error an array
    tracker.submit({ event_type: 'login', ...envelope, payload: [1] });
  });
});

describe('a tracker whose types are given', () => {
  const tracker = createEventTracker<Events>({ store });

  test('requires the payload of the type, and returns it', () => {
    const submitted = tracker.submit({ event_type: 'login', ...envelope, payload: { user_id: 1 } });
    expectTypeOf(submitted).resolves.toEqualTypeOf<Event<'login', Login>>();
    // @ts-expect-error the payload of another type
    tracker.submit({ event_type: 'login', ...envelope, payload: { total: 1 } });
    // @ts-expect-error a member of another type
    tracker.submit({ event_type: 'login', ...envelope, payload: { user_id: '1' } });
    // @ts-expect-error an unknown member
    tracker.submit({ event_type: 'login', ...envelope, payload: { user_id: 1, total: 1 } });
    // @ts-expect-error an unknown type
    tracker.submit({ event_type: 'logout', ...envelope, payload: { user_id: 1 } });
  });

  test('requires events of its types in a batch', () => {
    const events: NewEventOf<Events>[] = [{ event_type: 'order.paid', ...envelope, payload: { total: 1 } }];
    expectTypeOf(tracker.submitAll).toBeCallableWith(events);
    // @ts-expect-error the payload of another type
    tracker.submitAll([{ event_type: 'order.paid', ...envelope, payload: { user_id: 1 } }]);
  });

  test('yields the events of the type that a query names', async () => {
    const login = await firstOf(tracker.query({ event_type: 'login', limit: 5 }));
    expectTypeOf(login).toEqualTypeOf<Event<'login', Login>>();
    const { events } = await tracker.queryPage({ event_type: ['order.paid'] });
    expectTypeOf(events).toEqualTypeOf<readonly Event<'order.paid', Order>[]>();
    expectTypeOf(await firstOf(tracker.queryPages({ event_type: 'login' }))).toEqualTypeOf<
      readonly Event<'login', Login>[]
    >();
    const { event } = await firstOf(tracker.follow({ event_type: 'login' }));
    expectTypeOf(event?.payload.user_id).toEqualTypeOf<number | undefined>();
    // @ts-expect-error an unknown type
    tracker.query({ event_type: 'logout' });
    // @ts-expect-error an unknown parameter
    tracker.query({ event_type: 'login', offset: 1 });
  });

  test('yields a discriminated union if a query names no type, or prefixes', async () => {
    const found = await firstOf(tracker.query());
    expectTypeOf(found).toEqualTypeOf<Event<'login', Login> | Event<'order.paid', Order>>();
    if (found.event_type === 'order.paid') expectTypeOf(found.payload).toEqualTypeOf<Order>();
    expectTypeOf(tracker.get('')).resolves.toEqualTypeOf<typeof found | undefined>();
    expectTypeOf(await firstOf(tracker.query({ 'event_type[prefix]': 'order.' }))).toEqualTypeOf<typeof found>();
    const both = tracker.query({ event_type: 'login', 'event_type[prefix]': 'order.' });
    expectTypeOf(await firstOf(both)).toEqualTypeOf<typeof found>();
  });

  test('requires payload types that are JSON', () => {
    // @ts-expect-error a Date
    createEventTracker<{ login: { at: Date } }>({ store });
    // @ts-expect-error nested undefined
    createEventTracker<{ login: { a: { b: undefined } } }>({ store });
    expectTypeOf(createEventTracker<{ any: JsonObject }>({ store })).toExtend<LocalEventTracker<{ any: JsonObject }>>();
  });

  test('can be passed to code without known types', () => {
    const untyped: EventTracker = createEventTracker<{ login: { user_id: number } }>({ store });
    expectTypeOf(untyped.query()).toEqualTypeOf<AsyncGenerator<Event, void, void>>();
  });
});

describe('a tracker with validators', () => {
  const tracker = createEventTracker({
    store,
    events: {
      login: v.strictObject({ user_id: v.number(), device: v.optional(v.string()) }),
      'order.paid': z.strictObject({ total: z.number() }),
      signup: type({ email: 'string' }),
    },
  });

  test('has the types that the validators accept', async () => {
    const login = await tracker.submit({ event_type: 'login', ...envelope, payload: { user_id: 1 } });
    expectTypeOf(login.payload.user_id).toEqualTypeOf<number>();
    const order = await firstOf(tracker.query({ event_type: 'order.paid' }));
    expectTypeOf(order.payload).toEqualTypeOf<{ total: number }>();
    const { event } = await firstOf(tracker.follow({ event_type: 'signup' }));
    expectTypeOf(event?.payload.email).toEqualTypeOf<string | undefined>();
    // @ts-expect-error zod: the payload of another type
    tracker.submit({ event_type: 'order.paid', ...envelope, payload: { user_id: 1 } });
    // @ts-expect-error arktype: a member of another type
    tracker.submit({ event_type: 'signup', ...envelope, payload: { email: 1 } });
    // @ts-expect-error valibot: a missing member
    tracker.submit({ event_type: 'login', ...envelope, payload: {} });
    // @ts-expect-error an unknown type
    tracker.submit({ event_type: 'logout', ...envelope, payload: {} });
  });
});

test('an event that was read can be submitted again', async () => {
  const typed = createEventTracker<Events>({ store });
  const found = await firstOf(typed.query({ event_type: 'login' }));
  expectTypeOf(typed.submit(found)).resolves.toEqualTypeOf<Event<'login', Login>>();
  expectTypeOf<Event>().toExtend<NewEvent>();
});

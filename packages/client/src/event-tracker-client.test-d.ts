import type { Event, EventTracker } from '@event-tracker/core';
import { describe, expectTypeOf, test } from 'vitest';
import { createEventTrackerClient, type EventTrackerClient } from './index.ts';

interface Login {
  user_id: number;
}

const url = 'http://127.0.0.1:8080';
const timestamp = '2025-01-01T12:00:00Z';

describe('createEventTrackerClient', () => {
  test('creates an EventTracker of core', () => {
    expectTypeOf(createEventTrackerClient({ url })).toEqualTypeOf<EventTrackerClient>();
    expectTypeOf<EventTrackerClient>().toExtend<EventTracker>();
  });

  test('has the types of core', () => {
    const client = createEventTrackerClient<{ login: Login }>({ url });
    expectTypeOf(client).toExtend<EventTracker<{ login: Login }>>();
    expectTypeOf(client.query({ event_type: 'login' })).toEqualTypeOf<
      AsyncGenerator<Event<'login', Login>, void, void>
    >();
    expectTypeOf(
      client.submitLater({ event_type: 'login', timestamp, payload: { user_id: 1 } }),
    ).toEqualTypeOf<string>();
    // @ts-expect-error a member of another type
    client.submitLater({ event_type: 'login', timestamp, payload: { user_id: '1' } });
  });

  test('has a submit that can be strict, but not lenient, because a quarantine record has another type', () => {
    const client = createEventTrackerClient<{ login: Login }>({ url });
    const login = { event_type: 'login', timestamp, payload: { user_id: 1 } } as const;
    expectTypeOf(client.submit(login, { handling: 'strict' })).resolves.toEqualTypeOf<Event<'login', Login>>();
    // @ts-expect-error an event of another type would be returned
    client.submit(login, { handling: 'lenient' });
  });
});

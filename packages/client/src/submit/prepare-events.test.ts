import { isSchemaViolationError, type NewEvent } from '@event-tracker/core';
import { describe, expect, test } from 'vitest';
import { createEventTrackerClient } from '../index.ts';

const EVENT: NewEvent = { event_type: 'login', timestamp: '2025-01-01T12:00:00Z', payload: { user_id: 'x' } };

/** Returns a validator (Standard Schema) that refuses everything. */
function refusing(isAsync: boolean) {
  const result = { issues: [{ message: 'expected a number', path: ['user_id'] }] };
  const validate = () => (isAsync ? Promise.resolve(result) : result);
  return { '~standard': { version: 1, vendor: 'test', validate } } as const;
}

/** Returns an untyped client whose requests fail the test. */
function clientWith(isAsync: boolean) {
  return createEventTrackerClient({
    url: 'http://tracker.example',
    fetch: () => expect.unreachable('a request was sent'),
    onRejected: () => expect.unreachable('an event was rejected later'),
    events: { login: refusing(isAsync) },
  });
}

describe.each([false, true])('a validator (async: %s)', (isAsync) => {
  test('is applied before an event is sent', async () => {
    const client = clientWith(isAsync);
    await expect(client.submit(EVENT as never)).rejects.toMatchObject({
      code: 'schema_violation',
      message: '/payload/user_id: expected a number',
    });
    const batch = client.submitAll([EVENT, EVENT] as never);
    await expect(batch).rejects.toMatchObject({ problemCount: 2, invalidEventCount: 2, eventCount: 2 });
  });
});

test('submitLater throws for an event that its validator refuses, and for a validator that is async', async () => {
  expect(() => clientWith(false).submitLater(EVENT as never)).toThrow(expect.toSatisfy(isSchemaViolationError));
  expect(() => clientWith(true).submitLater(EVENT as never)).toThrow(/async/);
  await clientWith(false).close();
});

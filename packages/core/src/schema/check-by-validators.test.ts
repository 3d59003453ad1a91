import { type } from 'arktype';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { createStubEventStore } from '../../test/stub-event-store.ts';
import { isSchemaViolationError } from '../errors.ts';
import { createEventTracker } from '../event-tracker.ts';
import { SCHEMA_VIOLATION, type SchemaCheck } from './schema-check.ts';
import type { EventSchemas, StandardSchema } from './standard-schema.ts';

const TIMESTAMP = '2025-01-01T12:00:00Z';

const EVENTS = {
  valibot: v.strictObject({ user: v.strictObject({ ids: v.array(v.number()) }) }),
  zod: z.strictObject({ user: z.strictObject({ ids: z.array(z.number()) }) }),
  arktype: type({ user: { ids: 'number[]' } }),
};

/** Returns an untyped tracker, as in JavaScript, and its store. */
function track(events: EventSchemas, check?: SchemaCheck) {
  const store = createStubEventStore();
  const tracker = createEventTracker({ store, events, schemas: check && { check } });
  const submit = (event_type: string, payload: object) =>
    tracker.submit({ event_type, timestamp: TIMESTAMP, payload } as never);
  return { store, tracker, submit };
}

function validator(validate: StandardSchema['~standard']['validate']): StandardSchema {
  return { '~standard': { version: 1, vendor: 'test', validate } };
}

describe.each(Object.keys(EVENTS))('a validator of %s', (name) => {
  test('accepts a payload, which is stored as it was submitted', async () => {
    const { store, submit } = track(EVENTS);
    await submit(name, { user: { ids: [1, 2] } });
    expect(store.stored().map(({ payload }) => payload)).toEqual([{ user: { ids: [1, 2] } }]);
  });

  test('rejects a payload with the place of the problem, and nothing is stored', async () => {
    const { store, tracker } = track(EVENTS);
    const good = { event_type: name, timestamp: TIMESTAMP, payload: { user: { ids: [1] } } };
    const bad = { ...good, payload: { user: { ids: [1, 'x'] } } };
    const error: unknown = await tracker.submitAll([good, bad]).catch((thrown: unknown) => thrown);
    expect(error).toSatisfy(isSchemaViolationError);
    expect(error).toMatchObject({
      problems: [
        { index: 1, pointer: '/payload/user/ids/1', code: SCHEMA_VIOLATION, detail: expect.stringMatching(/number/) },
      ],
      problemCount: 1,
      eventCount: 2,
    });
    expect(store.stored()).toEqual([]);
  });
});

test('an event type without a validator is not checked, not even if it is a member of every object', async () => {
  const { store, submit } = track(EVENTS);
  await submit('other', { a: 1 });
  await submit('toString', { a: 1 });
  expect(store.stored()).toHaveLength(2);
});

test.each<[string, StandardSchema]>([
  ['drops members (valibot)', v.object({ a: v.number() })],
  ['drops members (zod)', z.object({ a: z.number() })],
  ['adds a default', z.looseObject({ c: z.number().default(1) })],
  [
    'transforms',
    v.looseObject({
      b: v.pipe(
        v.string(),
        v.transform((text) => `${text}!`),
      ),
    }),
  ],
  ['coerces to a Date', z.looseObject({ b: z.coerce.date() })],
  ['returns something else', validator(() => ({ value: 5 }))],
  ['returns nothing', validator(async () => ({ value: undefined }))],
])('a validator that %s is an error in the program', async (_, schema) => {
  const { store, submit } = track({ login: schema });
  await expect(submit('login', { a: 1, b: '2025-01-01' })).rejects.toThrow(TypeError);
  await expect(submit('login', { a: 1, b: '2025-01-01' })).rejects.toThrow(/validator of login returned another value/);
  expect(store.stored()).toEqual([]);
});

test('a validator can be async', async () => {
  const taken = validator(async (value) => {
    await new Promise((resolve) => setTimeout(resolve, 1));
    const { name } = value as { name: string };
    return name === 'taken' ? { issues: [{ message: 'is taken', path: [{ key: 'name' }] }] } : { value };
  });
  const { store, submit } = track({ signup: taken });
  await submit('signup', { name: 'free' });
  await expect(submit('signup', { name: 'taken' })).rejects.toMatchObject({
    message: '/payload/name: is taken',
    problems: [{ pointer: '/payload/name', detail: 'is taken' }],
  });
  expect(store.stored()).toHaveLength(1);
});

test('an error of a validator is the error of the call', async () => {
  const failing = validator(() => {
    throw new RangeError('a defect');
  });
  await expect(track({ login: failing }).submit('login', {})).rejects.toThrow(new RangeError('a defect'));
});

test('other schemas apply to payloads that pass, synchronously and not', async () => {
  const seen: string[] = [];
  const check: SchemaCheck = (eventType) => {
    seen.push(eventType);
    return { mode: 'enforce', problems: [{ pointer: '', code: SCHEMA_VIOLATION, keyword: 'x', detail: 'refused' }] };
  };
  const pass = validator((value) => ({ value }));
  const passLater = validator(async (value) => ({ value }));
  const refuse = validator(() => ({ issues: [{ message: 'no' }] }));
  const { submit } = track({ pass, passLater, refuse }, check);
  for (const name of ['pass', 'passLater', 'refuse', 'other']) {
    await expect(submit(name, {})).rejects.toSatisfy(isSchemaViolationError);
  }
  expect(seen).toEqual(['pass', 'passLater', 'other']);
});

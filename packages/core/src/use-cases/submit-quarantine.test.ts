import { describe, expect, test } from 'vitest';
import { deriveId } from '../../test/derive-id.ts';
import { createStubEventStore } from '../../test/stub-event-store.ts';
import {
  createStoreFullError,
  isEventIdConflictError,
  isInvalidEventError,
  isPayloadTooLargeError,
  isSchemaViolationError,
  isStoreFullError,
} from '../errors.ts';
import { createEventIds } from '../event/create-event-ids.ts';
import { isQuarantined } from '../schema/quarantine-record.ts';
import type { SchemaCheck, SchemaMode, SchemaViolation } from '../schema/schema-check.ts';
import { createUnreadableInput } from '../schema/unreadable-input.ts';
import { createQuarantine } from './quarantine.ts';
import { type EventInputs, type SubmitOptions, submitEvents } from './submit-events.ts';

const ID = '017f22e2-79b0-7cc3-98c4-dc0c0c07398f';
const GOOD = { event_type: 'login', timestamp: '2025-01-01T12:00:00Z', payload: { user_id: 1 } };
const BAD = { ...GOOD, timestamp: 'yesterday' };
const LENIENT = { handling: 'lenient' } as const;

const withPayload = (mode: SchemaMode, user_id: unknown) => ({ ...GOOD, event_type: mode, payload: { user_id } });

/** Expects a number in `user_id` of the types that are named like modes. */
const check: SchemaCheck = (type, { user_id }) => {
  if (!['enforce', 'quarantine', 'warn'].includes(type) || typeof user_id === 'number') return undefined;
  const detail = 'must be number';
  return {
    mode: type as SchemaMode,
    problems: [
      { pointer: '/payload/user_id', code: 'schema_violation', detail, keyword: 'type', schema: `${type}.json` },
    ],
  };
};

function setUp(store = createStubEventStore()) {
  let now = Date.UTC(2025, 0, 31, 12);
  const violations: [string, SchemaMode][] = [];
  const dependencies = {
    store,
    newId: createEventIds(() => now),
    limits: { maxBatchEvents: 100, maxPayloadBytes: 1_000 },
    clock: () => now++,
    retention: [{ event_type: ['debug'], days: 1 }],
    schemas: {
      check,
      onViolation: (type: string, { mode }: SchemaViolation) => void violations.push([type, mode]),
    },
    quarantine: createQuarantine(deriveId),
  };
  const submit = (inputs: EventInputs, options?: SubmitOptions) => submitEvents(dependencies, inputs, options);
  const stored = () => store.stored().map(({ event_type }) => event_type);
  return { store, stored, dependencies, submit, violations };
}

describe('submitEvents with schemas', () => {
  test('stores events that match, and events without a schema', async () => {
    const { submit, stored, violations } = setUp();
    await submit([withPayload('enforce', 1), withPayload('quarantine', 1), GOOD]);
    expect(stored()).toEqual(['enforce', 'quarantine', 'login']);
    expect(violations).toEqual([]);
  });

  test('rejects a call with an event that violates an enforced schema', async () => {
    const { submit, stored } = setUp();
    const error: unknown = await submit([GOOD, withPayload('enforce', 'x')]).catch((reason: unknown) => reason);
    if (!isSchemaViolationError(error)) expect.fail(String(error));
    expect(error.message).toBe('event 1, /payload/user_id: must be number');
    expect(error.problems).toEqual([
      {
        index: 1,
        pointer: '/payload/user_id',
        code: 'schema_violation',
        detail: 'must be number',
        keyword: 'type',
        schema: 'enforce.json',
      },
    ]);
    expect(stored()).toEqual([]);
  });

  test('reports violations among other problems as invalid events', async () => {
    const { submit } = setUp();
    const inputs = [withPayload('enforce', 'x'), BAD];
    await expect(submit(inputs)).rejects.toSatisfy(isInvalidEventError);
    await expect(submit(inputs)).rejects.toMatchObject({
      problems: [{ code: 'schema_violation' }, { code: 'invalid_timestamp' }],
    });
  });

  test('quarantines an event where the schema asks for it, in the same call of the store', async () => {
    const { submit, store } = setUp();
    const calls: number[] = [];
    const { append } = store;
    store.append = (batches) => {
      calls.push(...batches.map(({ length }) => length));
      return append(batches);
    };
    const sent = withPayload('quarantine', 'x');
    const results = await submit([GOOD, sent]);
    expect(results.map(({ event, stored }) => [event.event_type, stored])).toEqual([
      ['login', true],
      ['quarantine.quarantine', true],
    ]);
    expect(results[1]?.event.payload).toMatchObject({ event: sent, problems: [{ keyword: 'type' }] });
    expect(calls).toEqual([2]);
  });

  test('stores an event that violates a schema that only warns', async () => {
    const { submit, stored } = setUp();
    await submit([withPayload('warn', 'x')]);
    expect(stored()).toEqual(['warn']);
  });

  test('reports every violation, whatever its mode', async () => {
    const { submit, violations } = setUp();
    for (const mode of ['warn', 'quarantine', 'enforce'] as const)
      await submit([withPayload(mode, 'x')]).catch(() => {});
    expect(violations).toEqual([
      ['warn', 'warn'],
      ['quarantine', 'quarantine'],
      ['enforce', 'enforce'],
    ]);
  });

  test('waits for a check that returns a promise', async () => {
    const { dependencies, stored } = setUp();
    const slow = { check: async (...args: Parameters<SchemaCheck>) => check(...args) };
    await expect(submitEvents({ ...dependencies, schemas: slow }, [withPayload('enforce', 'x')])).rejects.toSatisfy(
      isSchemaViolationError,
    );
    await submitEvents({ ...dependencies, schemas: slow }, [withPayload('enforce', 1)]);
    expect(stored()).toEqual(['enforce']);
  });

  test('rejects an event that a schema would quarantine if there is no quarantine, or if handling is strict', async () => {
    const { dependencies, submit, stored } = setUp();
    const bad = [GOOD, withPayload('quarantine', 'x')];
    await expect(submit(bad, { handling: 'strict' })).rejects.toSatisfy(isSchemaViolationError);
    await expect(submitEvents({ ...dependencies, quarantine: undefined }, bad)).rejects.toSatisfy(
      isSchemaViolationError,
    );
    await expect(submitEvents({ ...dependencies, quarantine: undefined }, bad, LENIENT)).rejects.toSatisfy(
      isSchemaViolationError,
    );
    expect(stored()).toEqual([]);
  });
});

describe('submitEvents with lenient handling', () => {
  test('quarantines every invalid event of a call', async () => {
    const { submit, stored } = setUp();
    const expired = { ...GOOD, event_type: 'debug', timestamp: '2020-01-01T00:00:00Z' };
    const results = await submit([GOOD, BAD, withPayload('enforce', 'x'), expired, 'text', null], LENIENT);
    expect(results.map(({ event }) => isQuarantined(event))).toEqual([false, true, true, true, true, true]);
    expect(stored()).toEqual([
      'login',
      'quarantine.login',
      'quarantine.enforce',
      'quarantine.debug',
      'quarantine.unknown',
      'quarantine.unknown',
    ]);
  });

  test('holds the text of an event that cannot be stored as JSON', async () => {
    const { submit } = setUp();
    const nul = { ...GOOD, payload: { text: '\0' } };
    await expect(submit([nul], LENIENT)).rejects.toSatisfy(isInvalidEventError);
    const inputs: EventInputs = Object.assign([GOOD, nul], { textOf: (index: number) => `text of ${index}` });
    const [, result] = await submit(inputs, LENIENT);
    expect(result?.event.payload.text).toBe('text of 1');
  });

  test('quarantines events that the caller could not read, with its problems and its protocol', async () => {
    const { submit } = setUp();
    const problems = [{ pointer: '/time', code: 'invalid_time', detail: 'expected RFC 3339' }];
    const unreadable = createUnreadableInput({ problems, event_type: 'login', sent: { time: 'x' } });
    const [result] = await submit([unreadable], { ...LENIENT, protocol: 'cloudevents' });
    expect(result?.event).toMatchObject({
      event_type: 'quarantine.login',
      payload: { problems, protocol: 'cloudevents', event: { time: 'x' } },
    });
    await expect(submit([unreadable])).rejects.toMatchObject({ code: 'invalid_event', problems });
  });

  test('still rejects payloads that are too large, and conflicts', async () => {
    const { submit, stored } = setUp();
    const large = { ...GOOD, payload: { text: 'x'.repeat(1_000) } };
    await expect(submit([BAD, large], LENIENT)).rejects.toSatisfy(isPayloadTooLargeError);
    await submit([{ ...GOOD, id: ID }]);
    await expect(submit([BAD, { ...GOOD, id: ID, payload: {} }], LENIENT)).rejects.toSatisfy(isEventIdConflictError);
    expect(stored()).toEqual(['login']);
  });

  test('reports an event that is sent again as a duplicate, with the record of the first time', async () => {
    const { submit, store } = setUp();
    const [first] = await submit([BAD], LENIENT);
    const results = await submit([GOOD, BAD, BAD], LENIENT);
    expect(results.map(({ stored }) => stored)).toEqual([true, false, false]);
    expect(results[1]?.event).toEqual(first?.event);
    expect(store.stored()).toHaveLength(2);
  });

  test('stores nothing of the call if the store is full', async () => {
    const full = createStoreFullError('the store is full');
    const { submit } = setUp({ ...createStubEventStore(), append: () => Promise.reject(full) });
    await expect(submit([GOOD, BAD], LENIENT)).rejects.toSatisfy(isStoreFullError);
  });
});

describe('reserved event types', () => {
  const REFUSED = { code: 'invalid_event', problems: [{ pointer: '/event_type', code: 'reserved_event_type' }] };

  test.each(['quarantine.', 'quarantine.login'])('cannot be submitted: %s', async (event_type) => {
    const { submit, stored } = setUp();
    await expect(submit([{ ...GOOD, event_type }])).rejects.toMatchObject(REFUSED);
    expect(stored()).toEqual([]);
  });

  test('cannot be submitted with lenient handling either, so that no record holds a record', async () => {
    const { submit, store } = setUp();
    await submit([BAD], LENIENT);
    const [record] = store.stored();
    await expect(submit([GOOD, record], LENIENT)).rejects.toMatchObject(REFUSED);
    expect(store.stored()).toEqual([record]);
  });

  test('of another protocol are quarantined with lenient handling, because its senders do not know them', async () => {
    const { submit, stored } = setUp();
    await submit([{ ...GOOD, event_type: 'quarantine.begun' }], { ...LENIENT, protocol: 'segment' });
    expect(stored()).toEqual(['quarantine.quarantine.begun']);
  });

  test.each(['quarantine', 'quarantined', 'a.quarantine.b'])('do not include %s', async (event_type) => {
    const { submit, stored } = setUp();
    await submit([{ ...GOOD, event_type }]);
    expect(stored()).toEqual([event_type]);
  });
});

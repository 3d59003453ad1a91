import { describe, expect, test } from 'vitest';
import { deriveId } from '../../test/derive-id.ts';
import { createStubEventStore } from '../../test/stub-event-store.ts';
import { createStoreUnavailableError, isInvalidQueryError, isStoreTimeoutError } from '../errors.ts';
import { createEventIds } from '../event/create-event-ids.ts';
import type { Event } from '../event/event.ts';
import { replayedIdOf } from '../schema/quarantine-record.ts';
import type { SchemaCheck } from '../schema/schema-check.ts';
import { createQuarantine } from './quarantine.ts';
import type { ReplayOptions } from './replay-quarantined.ts';
import { submitEvents } from './submit-events.ts';

const ID = '017f22e2-79b0-7cc3-98c4-dc0c0c07398f';
const LOGIN = { event_type: 'login', timestamp: '2025-01-01T12:00:00Z', payload: { user_id: 1 } };
const BAD = { ...LOGIN, timestamp: 'yesterday' };

/** A tracker whose schema rejects everything until it is fixed. */
function setUp(store = createStubEventStore()) {
  let isFixed = false;
  let now = Date.UTC(2025, 0, 31, 12);
  const check: SchemaCheck = () =>
    isFixed
      ? undefined
      : {
          mode: 'quarantine',
          problems: [{ pointer: '/payload', code: 'schema_violation', detail: 'too strict', keyword: 'not' }],
        };
  const quarantine = createQuarantine(deriveId);
  const dependencies = {
    store,
    newId: createEventIds(() => now),
    limits: { maxBatchEvents: 10_000, maxPayloadBytes: 1_000 },
    clock: () => now,
    retention: [],
    schemas: { check },
    quarantine,
  };
  return {
    store,
    submit: (inputs: unknown[]) => submitEvents(dependencies, inputs, { handling: 'lenient' }),
    replay: (query = {}, options?: ReplayOptions) => quarantine.replay(dependencies, query, options),
    fix: () => {
      isFixed = true;
    },
    advance: (ms: number) => {
      now += ms;
    },
    types: () => store.stored().map(({ event_type }) => event_type),
  };
}

describe('replayQuarantined', () => {
  test('stores events that are valid now, and deletes their records', async () => {
    const { submit, fix, replay, store } = setUp();
    await submit([LOGIN, { ...LOGIN, id: ID }]);
    expect(await replay()).toEqual({ replayed: 0, stillInvalid: 2 });
    fix();
    expect(await replay()).toEqual({ replayed: 2, stillInvalid: 0 });
    expect(store.stored()).toEqual([
      { id: expect.any(String), ...LOGIN },
      { id: ID, ...LOGIN },
    ]);
    expect(await replay()).toEqual({ replayed: 0, stillInvalid: 0 });
  });

  test('stores an event without an id once, also if a client submitted it under the id that a replay would use', async () => {
    const { submit, fix, replay, store } = setUp();
    await submit([LOGIN]);
    const [record] = store.stored();
    if (!record) expect.fail('no record');
    fix();
    await submit([{ ...LOGIN, id: replayedIdOf(record) }]);
    expect(await replay()).toEqual({ replayed: 1, stillInvalid: 0 });
    expect(store.stored()).toEqual([{ ...LOGIN, id: replayedIdOf(record) }]);
  });

  test('keeps the records of events that are still invalid', async () => {
    const { submit, fix, replay, types } = setUp();
    await submit([LOGIN, BAD, 'text']);
    fix();
    expect(await replay()).toEqual({ replayed: 1, stillInvalid: 2 });
    expect(types()).toEqual(['quarantine.login', 'quarantine.unknown', 'login']);
  });

  test('replays only what the query selects', async () => {
    const { submit, fix, replay, types } = setUp();
    await submit([LOGIN, { ...LOGIN, event_type: 'order.paid' }, { ...LOGIN, event_type: 'order.sent' }]);
    fix();
    expect(
      await replay({ 'event_type[prefix]': 'quarantine.order.', 'payload.event.event_type': 'order.paid' }),
    ).toEqual({ replayed: 1, stillInvalid: 0 });
    expect(types()).toEqual(['quarantine.login', 'quarantine.order.sent', 'order.paid']);
  });

  test('rejects a query for types that are not quarantined', async () => {
    const { replay } = setUp();
    await expect(replay({ event_type: 'login' })).rejects.toSatisfy(isInvalidQueryError);
    await expect(replay({ 'event_type[prefix]': 'quar' })).rejects.toSatisfy(isInvalidQueryError);
  });

  test('only counts in a dry run', async () => {
    const { submit, fix, replay, store } = setUp();
    await submit([LOGIN, BAD]);
    fix();
    const before = store.stored();
    expect(await replay({}, { dryRun: true })).toEqual({ replayed: 1, stillInvalid: 1 });
    expect(store.stored()).toEqual(before);
  });

  test('keeps an event whose id belongs to another event, without affecting the others', async () => {
    const { submit, fix, replay, types } = setUp();
    await submit([{ ...LOGIN, id: ID }, LOGIN]);
    fix();
    await submit([{ ...LOGIN, id: ID, event_type: 'other' }]);
    for (const dryRun of [true, false]) expect(await replay({}, { dryRun })).toEqual({ replayed: 1, stillInvalid: 1 });
    expect(types().sort()).toEqual(['login', 'other', 'quarantine.login']);
  });

  test('stores each event once if it fails before the records are deleted, and then deletes them', async () => {
    const { submit, fix, replay, store, types } = setUp();
    await submit([LOGIN]);
    fix();
    const { delete: deleteIds } = store;
    store.delete = () => Promise.reject(createStoreUnavailableError('gone'));
    await expect(replay()).rejects.toMatchObject({ code: 'store_unavailable' });
    expect(types()).toEqual(['quarantine.login', 'login']);
    store.delete = deleteIds;
    expect(await replay()).toEqual({ replayed: 1, stillInvalid: 0 });
    expect(types()).toEqual(['login']);
  });

  test('stores and counts each event once if several replays run concurrently', async () => {
    const { submit, fix, replay, types } = setUp();
    await submit(Array.from({ length: 250 }, (_, n) => ({ ...LOGIN, payload: { n } })));
    fix();
    const counts = await Promise.all([replay(), replay(), replay()]);
    expect(counts.reduce((sum, { replayed }) => sum + replayed, 0)).toBe(250);
    expect(types()).toEqual(Array.from({ length: 250 }, () => 'login'));
  });

  test('works in steps of at most 100 events, and ends between two if it is aborted', async () => {
    const { submit, fix, replay, store } = setUp();
    await submit(Array.from({ length: 250 }, (_, n) => ({ ...LOGIN, payload: { n } })));
    fix();
    const aborted = new AbortController();
    const { append } = store;
    store.append = (batches) => {
      expect(batches.length).toBeLessThanOrEqual(100);
      aborted.abort(new Error('the client left'));
      return append(batches);
    };
    await expect(replay({}, { signal: aborted.signal })).rejects.toThrow('the client left');
    const done = store.stored().filter(({ event_type }) => event_type === 'login').length;
    expect(done).toBeGreaterThan(0);
    expect(done).toBeLessThanOrEqual(100);
    expect(await replay()).toEqual({ replayed: 250 - done, stillInvalid: 0 });
  });

  test('ends between two checks if it is aborted, and stores nothing of that step', async () => {
    const { submit, fix, replay, store } = setUp();
    await submit([LOGIN, { ...LOGIN, id: ID }]);
    fix();
    const before = store.stored();
    const aborted = new AbortController();
    let reads = 0;
    const read: ReplayOptions['read'] = () => {
      reads++;
      aborted.abort(new Error('the client left'));
      return LOGIN;
    };
    await expect(replay({}, { signal: aborted.signal, read })).rejects.toThrow('the client left');
    expect(reads).toBe(1);
    expect(store.stored()).toEqual(before);
  });

  test('ends after a minute, and reports how many events are replayed', async () => {
    const { submit, fix, replay, advance, store } = setUp();
    await submit(Array.from({ length: 150 }, (_, n) => ({ ...LOGIN, payload: { n } })));
    fix();
    const { append } = store;
    store.append = (batches) => {
      advance(60_000);
      return append(batches);
    };
    const error: unknown = await replay().catch((reason: unknown) => reason);
    expect(error).toSatisfy(isStoreTimeoutError);
    const done = store.stored().filter(({ event_type }) => event_type === 'login').length;
    expect(done).toBeGreaterThan(0);
    expect(error).toMatchObject({ message: `${done} events are replayed so far; repeat the call to replay the rest` });
  });

  test('never touches events that were stored under the prefix before it was reserved', async () => {
    const old: Event = {
      id: ID,
      ...LOGIN,
      event_type: 'quarantine.login',
      payload: { event: LOGIN, protocol: 'event-tracker' },
    };
    const { replay, fix, store } = setUp(createStubEventStore([old]));
    fix();
    expect(await replay()).toEqual({ replayed: 0, stillInvalid: 1 });
    expect(store.stored()).toEqual([old]);
  });

  test('reads what a record holds with the given function', async () => {
    const { submit, fix, replay, store } = setUp();
    await submit(['not an event']);
    fix();
    const read: ReplayOptions['read'] = ({ protocol, held }) => ({ ...LOGIN, payload: { protocol, ...held } });
    expect(await replay({}, { read })).toEqual({ replayed: 1, stillInvalid: 0 });
    expect(store.stored()).toMatchObject([
      { event_type: 'login', payload: { protocol: 'event-tracker', event: 'not an event' } },
    ]);
  });
});

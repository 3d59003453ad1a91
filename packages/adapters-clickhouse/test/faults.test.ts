import { isEventTrackerError, isStoreTimeoutError } from '@event-tracker/core';
import { appendBatch, type EventStorePort, type StoreDeadlines, wrapCalls } from '@event-tracker/core/store';
import {
  createRecorder,
  expectNothingLost,
  isTransient,
  record,
  TEST_DEADLINES,
} from '@event-tracker/event-store-conformance';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createClickHouseEventStore } from '../src/index.ts';
import { type ClickHousePeer, type Fault, startPeer } from './clickhouse-peer.ts';
import { findEngine } from './engine.ts';
import { anEvent, events, newDatabase } from './events.ts';

const engine = await findEngine();

/** Short, because tests wait until it has passed. */
const DEADLINE_MS = 500;
const SHORT = Object.fromEntries(Object.keys(TEST_DEADLINES).map((name) => [name, DEADLINE_MS]));

const TOO_MANY_PARTS = { code: 252, type: 'TOO_MANY_PARTS' };
/** Errors of ClickHouse, each with the code of the store's error. */
const REFUSALS: readonly (readonly [Fault, string])[] = [
  [{ code: 159, type: 'TIMEOUT_EXCEEDED' }, 'store_timeout'],
  [{ code: 202, type: 'TOO_MANY_SIMULTANEOUS_QUERIES' }, 'store_unavailable'],
  [{ code: 241, type: 'MEMORY_LIMIT_EXCEEDED' }, 'store_unavailable'],
  [{ code: 243, type: 'NOT_ENOUGH_SPACE' }, 'store_full'],
  [TOO_MANY_PARTS, 'store_unavailable'],
  [{ code: 242, type: 'TABLE_IS_READ_ONLY' }, 'store_unavailable'],
  [{ code: 319, type: 'UNKNOWN_STATUS_OF_INSERT' }, 'store_timeout'],
  [{ code: 1001, type: 'STD_EXCEPTION', message: 'write: No space left on device' }, 'store_full'],
];
/** The response of a proxy: whether ClickHouse ran the statement is unknown. */
const BAD_GATEWAY = { status: 502, text: '<html>502 Bad Gateway</html>' };

/** Every call of the port. */
const CALLS: Readonly<Record<string, (store: EventStorePort) => Promise<unknown>>> = {
  append: (store) => appendBatch(store, [anEvent()]),
  get: (store) => store.get(anEvent().id),
  query: (store) => store.query({ filter: {}, order: 'asc', limit: 10 }),
  'query that core rechecks': (store) => store.query({ filter: HALF_A_CHARACTER, order: 'asc', limit: 5_000 }),
  aggregate: (store) => store.aggregate({ filter: {}, metrics: [{ kind: 'count' }] }),
  delete: (store) => store.delete([anEvent().id]),
  ping: (store) => store.ping(),
};
const HALF_A_CHARACTER = { event_type_prefix: ['login', '\ud83d'] };

describe.skipIf(!engine)('a store in ClickHouse over HTTP', { timeout: 60_000 }, () => {
  let peer: ClickHousePeer;
  let store: EventStorePort;
  let database: string;

  beforeAll(async () => {
    if (engine) peer = await startPeer(engine.client);
  });
  afterAll(() => peer.stop());
  beforeEach(async () => {
    database = newDatabase();
    store = await openStore();
  });
  afterEach(async () => {
    peer.faultOf = () => undefined;
    await store.close();
    await engine?.drop(database);
  });

  function openStore(deadlines: Partial<StoreDeadlines> = TEST_DEADLINES): Promise<EventStorePort> {
    const url = new URL(peer.url.replace('http:', 'clickhouse:'));
    url.pathname = `/${database}`;
    return createClickHouseEventStore({ url: url.href, deadlines });
  }

  /** Injects a fault into the next statements of a kind. */
  function fail(kind: RegExp, fault: Fault, times = Number.POSITIVE_INFINITY): void {
    let left = times;
    peer.faultOf = (statement) => (kind.test(statement) && left-- > 0 ? fault : undefined);
  }

  /** Injects a different fault into each of the next statements of a kind. */
  function failInTurn(kind: RegExp, ...faults: Fault[]): void {
    peer.faultOf = (statement) => (kind.test(statement) ? faults.shift() : undefined);
  }

  async function rowsIn(table: string): Promise<number> {
    const [row] = (await engine?.query<{ rows: string }>(`SELECT count() AS rows FROM ${database}.${table}`)) ?? [];
    return Number(row?.rows);
  }

  async function withShortDeadlines(work: (impatient: EventStorePort) => Promise<void>): Promise<void> {
    const impatient = await openStore(SHORT);
    try {
      await work(impatient);
    } finally {
      await impatient.close();
    }
  }

  test('stores and returns the largest batch that the tracker accepts', async () => {
    const batch = events(10_000, { payload: { text: `\\ " ' \t \u{1f600}` } });
    await appendBatch(store, batch);
    expect(await appendBatch(store, batch)).toEqual(batch.map((event) => ({ event, stored: false })));
    const found = await store.query({ filter: {}, order: 'desc', limit: 10_001 });
    expect(found.map(({ id }) => id)).toEqual(batch.map(({ id }) => id).sort((a, b) => (a < b ? 1 : -1)));
    expect(found[0]?.payload).toEqual(batch[0]?.payload);
    const boundaries = Array.from({ length: 10_000 }, (_, index) => BigInt(index ** 2));
    const [cell] = await store.aggregate({ filter: {}, metrics: [{ kind: 'count' }], boundaries });
    expect(cell).toEqual({ bucket: 9_999, group: null, isRest: false, values: [10_000] });
    expect(await store.delete(batch.map(({ id }) => id))).toBe(10_000);
  });

  test('stores a batch once if a response is lost, and reports it as stored', async () => {
    fail(/INSERT INTO \S+ /, 'reset after', 1);
    const ids = events(3);
    await expect(appendBatch(store, ids), 'event_ids').resolves.toHaveLength(3);
    fail(/INSERT INTO \S+\.events /, 'reset after', 1);
    await expect(appendBatch(store, events(3)), 'events').resolves.toMatchObject([{ stored: true }, {}, {}]);
    expect(await rowsIn('events'), 'rows, copies included').toBe(6);
    expect(await rowsIn('event_ids')).toBe(6);
  });

  test('rejects with store_timeout if the response is lost again; a repeated call stores each event once', async () => {
    const batch = events(5);
    fail(/INSERT INTO \S+\.events /, 'reset after');
    await expect(appendBatch(store, batch)).rejects.toSatisfy(isStoreTimeoutError);
    peer.faultOf = () => undefined;
    expect((await appendBatch(store, batch)).map(({ stored }) => stored)).toEqual(batch.map(() => false));
    fail(/INSERT INTO \S+\.events /, 'reset before');
    const other = events(5);
    await expect(appendBatch(store, other)).rejects.toSatisfy(isStoreTimeoutError);
    expect(await store.get(other[0]?.id ?? '')).toBeUndefined();
    peer.faultOf = () => undefined;
    expect((await appendBatch(store, other)).map(({ stored }) => stored)).toEqual(other.map(() => true));
    expect(await rowsIn('events')).toBe(10);
  });

  test('rejects with store_timeout if a response is lost and the retry fails', async () => {
    const [stored, deleted] = [anEvent(), anEvent()];
    await appendBatch(store, [deleted]);
    failInTurn(/INSERT INTO \S+\.events /, 'reset after', TOO_MANY_PARTS);
    await expect(appendBatch(store, [stored])).rejects.toSatisfy(isStoreTimeoutError);
    failInTurn(/DELETE FROM \S+\.events\s/, 'reset after', TOO_MANY_PARTS);
    await expect(store.delete([deleted.id])).rejects.toSatisfy(isStoreTimeoutError);
    expect(await store.query({ filter: {}, order: 'asc', limit: 10 }), 'both changes took effect').toEqual([stored]);
  });

  test('rejects with store_timeout if a response is lost and the server then stops', async () => {
    const [stored, deleted] = [anEvent(), anEvent()];
    await appendBatch(store, [deleted]);
    fail(/INSERT INTO \S+\.events /, 'stop after', 1);
    const [appending] = await Promise.allSettled([appendBatch(store, [stored])]);
    await peer.start();
    fail(/DELETE FROM \S+\.events\s/, 'stop after', 1);
    const [deleting] = await Promise.allSettled([store.delete([deleted.id])]);
    await peer.start();
    expect(await store.query({ filter: {}, order: 'asc', limit: 10 }), 'both changes took effect').toEqual([stored]);
    const unknown = { status: 'rejected', reason: expect.toSatisfy(isStoreTimeoutError) };
    expect({ appending, deleting }).toEqual({ appending: unknown, deleting: unknown });
  });

  test('finds no event of a batch whose ids were stored, but not its events', async () => {
    const batch = events(5);
    fail(/INSERT INTO \S+\.events /, TOO_MANY_PARTS);
    await expect(appendBatch(store, batch)).rejects.toMatchObject({ code: 'store_unavailable' });
    expect(await rowsIn('event_ids')).toBe(5);
    expect(await store.get(batch[0]?.id ?? '')).toBeUndefined();
    expect(await store.delete(batch.map(({ id }) => id))).toBe(0);
    expect(await rowsIn('event_ids'), 'rows after the deletion').toBe(0);
    peer.faultOf = () => undefined;
    // The ids are free, also with other content.
    const others = batch.map((event) => ({ ...event, event_type: 'other' }));
    expect((await appendBatch(store, others)).map(({ stored }) => stored)).toEqual(batch.map(() => true));
  });

  test('never returns 0 for a deletion that has deleted the events, but not their ids', async () => {
    const event = anEvent();
    await appendBatch(store, [event]);
    fail(/DELETE FROM \S+\.event_ids\s/, TOO_MANY_PARTS);
    await expect(store.delete([event.id])).rejects.toSatisfy(isStoreTimeoutError);
    expect(await store.get(event.id)).toBeUndefined();
    await expect(store.delete([event.id]), 'without the event').rejects.toMatchObject({ code: 'store_unavailable' });
    peer.faultOf = () => undefined;
    expect(await store.delete([event.id])).toBe(0);
    expect(await rowsIn('event_ids'), 'rows after the deletion').toBe(0);
  });

  test('repeats reads and deletions if a connection breaks', async () => {
    const [event, deleted] = [anEvent(), anEvent()];
    await appendBatch(store, [event, deleted]);
    for (const fault of ['reset before', 'reset after', 'cut'] as const) {
      fail(/SELECT/, fault, 1);
      expect(await store.get(event.id), fault).toEqual(event);
      fail(/SELECT/, fault, 1);
      expect(await store.query({ filter: {}, order: 'asc', limit: 10 }), fault).toHaveLength(2);
    }
    fail(/DELETE FROM/, 'reset after', 1);
    expect(await store.delete([deleted.id])).toBe(1);
    expect(await store.query({ filter: {}, order: 'asc', limit: 10 })).toEqual([event]);
  });

  test('never accepts a truncated response', async () => {
    await appendBatch(store, events(2_000));
    fail(/SELECT/, 'cut');
    for (const [name, call] of Object.entries(CALLS)) {
      await expect(call(store), name).rejects.toMatchObject({ code: 'store_unavailable' });
    }
  });

  test('settles every call within its deadline if the server does not respond', async () => {
    await withShortDeadlines(async (impatient) => {
      for (const fault of ['hang before', 'hang after'] as const) {
        fail(/./, fault);
        const begin = performance.now();
        const calls = Object.entries(CALLS).map(async ([name, call]) => {
          await expect(call(impatient), `${name}, ${fault}`).rejects.toSatisfy(isStoreTimeoutError);
          expect(performance.now() - begin, `milliseconds of ${name}`).toBeLessThan(DEADLINE_MS + 1_000);
        });
        await Promise.all(calls);
      }
      peer.faultOf = () => undefined;
      // The calls that are still queued must fail first.
      const isStored = () =>
        appendBatch(impatient, [anEvent()]).then(
          ([result]) => result?.stored,
          () => false,
        );
      await expect.poll(isStored, { timeout: 10_000 }).toBe(true);
    });
  });

  test.each(REFUSALS)('maps %j to %s', async (fault, code) => {
    for (const [name, call] of Object.entries(CALLS)) {
      fail(/./, fault);
      const error = await call(store).catch((reason: unknown) => reason);
      expect(isEventTrackerError(error) && error.code, `${name}: ${error}`).toBe(code);
    }
    fail(/INSERT INTO/, fault);
    await expect(appendBatch(store, [anEvent()])).rejects.toMatchObject({ code });
    peer.faultOf = () => undefined;
    expect(await store.query({ filter: {}, order: 'asc', limit: 10 })).toEqual([]);
  });

  test('rejects with store_timeout if a proxy reports a bad gateway for a change', async () => {
    fail(/SELECT/, BAD_GATEWAY);
    for (const [name, call] of Object.entries(CALLS)) {
      await expect(call(store), name).rejects.toMatchObject({ code: 'store_unavailable' });
    }
    fail(/INSERT INTO/, BAD_GATEWAY);
    await expect(appendBatch(store, [anEvent()])).rejects.toSatisfy(isStoreTimeoutError);
  });

  test('rejects calls while the server is stopped, and continues afterwards', async () => {
    await peer.stop();
    try {
      for (const [name, call] of Object.entries(CALLS)) {
        await expect(call(store), name).rejects.toMatchObject({ code: 'store_unavailable' });
      }
    } finally {
      await peer.start();
    }
    await expect(appendBatch(store, [anEvent()])).resolves.toMatchObject([{ stored: true }]);
  });

  test('waits for a server that starts later', async () => {
    await peer.stop();
    const opening = openStore();
    await new Promise((resolve) => setTimeout(resolve, 300));
    await peer.start();
    const opened = await opening;
    await expect(opened.ping()).resolves.toBeUndefined();
    await opened.close();
  });

  test('waits for a server that stops while the tables are created', async () => {
    await engine?.drop(database);
    fail(/CREATE TABLE/, 'stop after', 1);
    const isReachable = () =>
      fetch(peer.url).then(
        () => true,
        () => false,
      );
    const restart = async () => {
      await expect.poll(isReachable, { timeout: 10_000 }).toBe(false);
      await peer.start();
    };
    const [opened] = await Promise.all([openStore(), restart()]);
    await expect(appendBatch(opened, [anEvent()])).resolves.toMatchObject([{ stored: true }]);
    await opened.close();
  });

  test('cancels the query of an aborted read on the server', async () => {
    fail(/SELECT/, 'hang before');
    for (const name of ['query', 'query that core rechecks', 'aggregate']) {
      peer.statements.length = 0;
      const controller = new AbortController();
      const read = CALLS[name]?.(wrapCalls(store, (_, work) => work({ signal: controller.signal })));
      await expect.poll(() => peer.statements).toHaveLength(1);
      controller.abort('the client left');
      await expect(read, name).rejects.toBe('the client left');
      const kills = () => peer.statements.filter((statement) => statement.startsWith('KILL QUERY WHERE query_id'));
      await expect.poll(kills).toHaveLength(1);
    }
  });

  test('loses and duplicates no event with faults in any statement', async () => {
    const recorder = createRecorder();
    const random = createRandom(20_251_125);
    const refusal = { code: 241, type: 'MEMORY_LIMIT_EXCEEDED' };
    const faults: readonly Fault[] = ['reset before', 'reset after', 'cut', refusal];
    peer.faultOf = () => (random() < 0.3 ? faults[Math.floor(random() * faults.length)] : undefined);
    const failures: unknown[] = [];
    for (let round = 0; round < 40; round++) {
      const batches = [events(3), events(2), events(1)];
      const outcomes = await Promise.all(batches.map((batch) => record(recorder, store, batch)));
      // Callers repeat failed calls with the same ids.
      const again = batches.filter((_, index) => outcomes[index] !== undefined);
      outcomes.push(...(await Promise.all(again.map((batch) => record(recorder, store, batch)))));
      failures.push(...outcomes.filter((error) => error !== undefined));
    }
    peer.faultOf = () => undefined;
    expect(recorder.acknowledged.size, 'acknowledged').toBeGreaterThan(0);
    expect(failures.length, 'calls that failed').toBeGreaterThan(0);
    expect(failures.filter((error) => !isTransient(error))).toEqual([]);
    await expectNothingLost(recorder, store);
  });
});

/** Returns pseudo-random numbers from 0 to 1 (Park and Miller). */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

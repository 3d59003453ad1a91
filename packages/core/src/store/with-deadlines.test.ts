import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createStubEventStore } from '../../test/stub-event-store.ts';
import { createStoreFullError, isStoreTimeoutError } from '../errors.ts';
import type { Event } from '../event/event.ts';
import type { EventStorePort, PageRequest } from './event-store-port.ts';
import { DEFAULT_STORE_DEADLINES, withDeadlines } from './with-deadlines.ts';

const ID = '017f22e2-79b0-7cc3-98c4-dc0c0c07398f';
const EVENT: Event = { id: ID, event_type: 'login', timestamp: '2025-01-01T12:00:00Z', payload: {} };
const PAGE: PageRequest = { filter: {}, order: 'asc', limit: 10 };
const DEADLINES = {
  appendMs: 100,
  getMs: 200,
  queryMs: 300,
  aggregateMs: 500,
  deleteMs: 600,
  headMs: 700,
  readAfterMs: 800,
  pingMs: 400,
};

const CALLS: [string, number, (store: EventStorePort) => Promise<unknown>][] = [
  ['append', 100, (store) => store.append([[EVENT]])],
  ['get', 200, (store) => store.get(ID)],
  ['query', 300, (store) => store.query(PAGE)],
  ['aggregate', 500, (store) => store.aggregate({ filter: {}, metrics: [{ kind: 'count' }] })],
  ['delete', 600, (store) => store.delete([ID])],
  ['head', 700, (store) => store.head()],
  ['readAfter', 800, (store) => store.readAfter({ after: 0n, limit: 1 })],
  ['ping', 400, (store) => store.ping()],
];

const never = (): Promise<never> => new Promise(() => {});

/** A store whose calls all behave in one way. */
function storeThat(call: () => Promise<never>): EventStorePort {
  const { id, guarantees, close } = createStubEventStore();
  return {
    id,
    guarantees,
    append: call,
    get: call,
    query: call,
    aggregate: call,
    delete: call,
    head: call,
    readAfter: call,
    ping: call,
    close,
  };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('withDeadlines', () => {
  test.each(CALLS)(
    'rejects %s with store_timeout if the store does not respond within %i ms',
    async (name, ms, call) => {
      const outcome: unknown[] = [];
      call(withDeadlines(storeThat(never), DEADLINES)).catch((error: unknown) => outcome.push(error));
      await vi.advanceTimersByTimeAsync(ms - 1);
      expect(outcome).toEqual([]);
      await vi.advanceTimersByTimeAsync(1);
      expect(outcome).toEqual([expect.toSatisfy(isStoreTimeoutError)]);
      expect(String(outcome[0])).toContain(`${name} within ${ms} ms`);
    },
  );

  test('returns the results of the store, and leaves no timer behind', async () => {
    const store = withDeadlines(createStubEventStore());
    expect(store.guarantees).toEqual(createStubEventStore().guarantees);
    expect(await store.append([[EVENT]])).toEqual([{ results: [{ event: EVENT, stored: true }] }]);
    expect(await store.get(ID)).toEqual(EVENT);
    expect(await store.query(PAGE)).toEqual([EVENT]);
    const cell = { bucket: 0, group: null, isRest: false, values: [1] };
    expect(await store.aggregate({ filter: {}, metrics: [{ kind: 'count' }] })).toEqual([cell]);
    expect(await store.delete([ID])).toBe(1);
    expect(await store.ping()).toBeUndefined();
    expect(await store.close()).toBeUndefined();
    expect(vi.getTimerCount()).toBe(0);
  });

  test.each(CALLS)('rejects %s with the error of the store, and leaves no timer behind', async (_name, _ms, call) => {
    const full = createStoreFullError('the store is full');
    await expect(call(withDeadlines(storeThat(() => Promise.reject(full))))).rejects.toBe(full);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('has a default deadline for every call', async () => {
    const store = withDeadlines(storeThat(never));
    const outcome = Promise.allSettled(CALLS.map(([, , call]) => call(store)));
    await vi.advanceTimersByTimeAsync(Math.max(...Object.values(DEFAULT_STORE_DEADLINES)));
    expect(await outcome).toEqual(
      CALLS.map(() => ({ status: 'rejected', reason: expect.toSatisfy(isStoreTimeoutError) })),
    );
  });

  test('aborts the signal of a read at its deadline, and when the signal of the caller is aborted', async () => {
    const signals: unknown[] = [];
    const store = withDeadlines(
      {
        ...createStubEventStore(),
        query: (_, options) => {
          signals.push(options?.signal);
          return never();
        },
      },
      DEADLINES,
    );
    const late = expect(store.query(PAGE)).rejects.toSatisfy(isStoreTimeoutError);
    await vi.advanceTimersByTimeAsync(300);
    await late;
    const controller = new AbortController();
    const abandoned = expect(store.query(PAGE, { signal: controller.signal })).rejects.toBe('the client left');
    controller.abort('the client left');
    await abandoned;
    expect(signals).toEqual([
      expect.objectContaining({ aborted: true, reason: expect.toSatisfy(isStoreTimeoutError) }),
      expect.objectContaining({ aborted: true, reason: 'the client left' }),
    ]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('has no deadline for close', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const closed = withDeadlines({ ...storeThat(never), close: () => promise }).close();
    await vi.advanceTimersByTimeAsync(3_600_000);
    resolve();
    await expect(closed).resolves.toBeUndefined();
  });
});

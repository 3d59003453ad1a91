import { randomUUID } from 'node:crypto';
import { createMemoryEventStore } from '@event-tracker/adapters-memory';
import type { Event } from '@event-tracker/core';
import {
  createStoreFullError,
  createStoreUnavailableError,
  type EventStorePort,
  withDeadlines,
} from '@event-tracker/core/store';
import { byEffort } from '@event-tracker/event-store-conformance';
import { afterEach, describe, expect, test } from 'vitest';
import { call, get, jsonOf, type TestResponse } from '../support/client.ts';
import { newEvent, postEvent } from '../support/events.ts';
import { recordLog } from '../support/log-lines.ts';
import { expectProblem } from '../support/problem.ts';
import { type ServedStore, serveStore } from '../support/serve-store.ts';

const CALLS = byEffort({ quick: 100, full: 200, long: 200 });
const DEADLINE_MS = 300;
/** What a busy machine adds. A request without a response takes longer. */
const PATIENCE_MS = 15_000;
const DEADLINES = {
  appendMs: DEADLINE_MS,
  getMs: DEADLINE_MS,
  queryMs: DEADLINE_MS,
  aggregateMs: DEADLINE_MS,
  deleteMs: DEADLINE_MS,
  pingMs: DEADLINE_MS,
};

let served: ServedStore | undefined;
const { log, lines } = recordLog('error');
afterEach(() => {
  served?.close();
  lines.length = 0;
});

async function serve(store: EventStorePort): Promise<string> {
  served = await serveStore(withDeadlines(store, DEADLINES), { log });
  return served.url;
}

/** Ways in which an append can fail: before or after the events are stored, or never ending. */
const FAILURES: Record<
  string,
  { fail: (append: () => Promise<unknown>) => Promise<never>; code: 'store_unavailable' | 'store_timeout' }
> = {
  throws: {
    fail: async () => {
      throw createStoreUnavailableError('the store is unavailable');
    },
    code: 'store_unavailable',
  },
  hangs: { fail: () => new Promise(() => {}), code: 'store_timeout' },
  'stores and then throws': {
    fail: async (append) => {
      await append();
      throw createStoreUnavailableError('the store went away');
    },
    code: 'store_unavailable',
  },
  'stores and then hangs': {
    fail: async (append) => {
      await append();
      return new Promise(() => {});
    },
    code: 'store_timeout',
  },
};

describe('a store whose append', () => {
  test.each(Object.entries(FAILURES))(
    '%s at any call never returns success, and a retry with the same id succeeds',
    { timeout: 30_000 },
    async (_, { fail, code }) => {
      const memory = createMemoryEventStore();
      const failing = new Set<string>();
      const url = await serve({
        ...memory,
        append: (batches) =>
          batches.flat().some(({ payload }) => payload.fails === true && !failing.has(String(payload.n)))
            ? fail(() => memory.append(batches))
            : memory.append(batches),
      });
      const submissions = Array.from({ length: CALLS }, (_, n) => ({
        id: randomUUID(),
        ...newEvent('submitted', { n, fails: n % 3 === 0 }),
      }));

      const started = performance.now();
      const responses = await Promise.all(submissions.map((event) => postEvent(url, event)));
      expect(performance.now() - started).toBeLessThan(DEADLINE_MS + PATIENCE_MS);
      for (const [n, response] of responses.entries()) {
        if (n % 3 === 0) expectProblem(response, 503, code);
        else expect(response.status).toBe(201);
      }

      for (let n = 0; n < CALLS; n++) failing.add(String(n)); // the store has recovered
      for (const event of submissions) expect([200, 201]).toContain((await postEvent(url, event)).status);
      const stored = jsonOf<Event[]>(await get(`${url}/events`));
      expect(stored.map(({ id }) => id).toSorted()).toEqual(submissions.map(({ id }) => id).toSorted());
      expect(lines).toEqual([]);
    },
  );
});

describe('a store that', () => {
  const everyCall = (fail: () => Promise<never>): EventStorePort => ({
    ...createMemoryEventStore(),
    append: fail,
    get: fail,
    query: fail,
    delete: fail,
    ping: fail,
  });
  /** All requests that use the store. */
  const askAll = (url: string): Promise<readonly TestResponse[]> =>
    Promise.all([
      postEvent(url, newEvent('asked')),
      postEvent(url, [newEvent('asked')]),
      get(`${url}/events`),
      get(`${url}/events?limit=10`),
      get(`${url}/events`, { Accept: 'text/csv', 'Accept-Encoding': 'gzip' }),
      get(`${url}/events/${randomUUID()}`),
      call('DELETE', `${url}/events/${randomUUID()}`),
      call('DELETE', `${url}/events?event_type=asked`),
      get(`${url}/readyz`),
    ]);
  const expectAlive = async (url: string): Promise<void> => {
    expect((await get(`${url}/livez`)).status).toBe(200);
    // This request does not read events.
    expect((await call('HEAD', `${url}/events`)).status).toBe(200);
  };

  test('is unavailable returns 503 for every request that uses it, without a log line for each', async () => {
    const url = await serve(everyCall(() => Promise.reject(createStoreUnavailableError('no route to 10.0.0.1'))));
    for (const response of await askAll(url)) {
      expectProblem(response, 503, 'store_unavailable');
      expect(response.text).not.toContain('10.0.0.1');
    }
    await expectAlive(url);
    expect(lines).toEqual([]);
  });

  test('hangs returns 503 for every request that uses it, in time', async () => {
    const url = await serve(everyCall(() => new Promise(() => {})));
    const started = performance.now();
    for (const response of await askAll(url)) expectProblem(response, 503, 'store_timeout');
    expect(performance.now() - started).toBeLessThan(DEADLINE_MS + PATIENCE_MS);
    await expectAlive(url);
  });

  test('is full returns 503, and continues to read', async () => {
    const memory = createMemoryEventStore();
    const url = await serve({ ...memory, append: () => Promise.reject(createStoreFullError('it holds 3 events')) });
    const { detail } = expectProblem(await postEvent(url, newEvent('one too many')), 503, 'store_full');
    expect(detail).not.toContain('3 events');
    expect((await get(`${url}/events`)).text).toBe('[]\n');
  });

  test.each<[string, () => Promise<never>]>([
    ['another Error', () => Promise.reject(new Error('secret: table events has no column payload'))],
    ['a text', () => Promise.reject('secret')],
    ['nothing', () => Promise.reject(undefined)],
    [
      'immediately',
      () => {
        throw new TypeError('secret is not a function');
      },
    ],
  ])('throws %s has a defect: returns 500 without the message, which is logged', async (_, fail) => {
    const url = await serve(everyCall(fail));
    const responses = await askAll(url);
    for (const response of responses) {
      expectProblem(response, 500, 'internal');
      expect(response.text).not.toContain('secret');
    }
    await expectAlive(url);
    const told = lines.map(({ msg, request_id }) => [msg, request_id]);
    expect(told.sort()).toEqual(responses.map(({ headers }) => ['request failed', headers.get('x-request-id')]).sort());
  });

  test('has reached its memory limit refuses events, and keeps the stored ones', async () => {
    served = await serveStore(createMemoryEventStore({ maxEvents: 2 }));
    const { url } = served;
    expect((await postEvent(url, [newEvent('kept'), newEvent('kept')])).status).toBe(200);
    expectProblem(await postEvent(url, newEvent('refused')), 503, 'store_full');
    expect(jsonOf<Event[]>(await get(`${url}/events`))).toHaveLength(2);
  });
});

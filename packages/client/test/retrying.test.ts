import {
  type Event,
  type FollowedItem,
  isEventIdConflictError,
  isOverloadedError,
  isStoreTimeoutError,
  isStoreUnavailableError,
  type NewEvent,
} from '@event-tracker/core';
import { describe, expect, test } from 'vitest';
import {
  createEventTrackerClient,
  type EventTrackerClientOptions,
  isRequestError,
  isUnexpectedResponseError,
  type ReportedProblem,
} from '../src/index.ts';
import { newEvents, readStored } from './support/events.ts';
import {
  createFaultyClient,
  cutAfter,
  type Fault,
  lost,
  overloaded,
  pass,
  problem,
  refusedWith,
  responseLost,
} from './support/faults.ts';
import { useServer } from './support/server.ts';

/* A client of a real server, whose requests fail in between. */

const server = useServer();
const clientWith = (faults: readonly Fault[], options?: Partial<EventTrackerClientOptions>) =>
  createFaultyClient(server.url, faults, options);

const storedOf = (events: Pick<NewEvent, 'event_type'>) => readStored(server.url, events);

const first = <T>([item]: readonly T[]): T => {
  if (item === undefined) throw new Error('empty');
  return item;
};

describe('a submit', () => {
  test.each<[string, readonly Fault[]]>([
    ['is overloaded', [overloaded, overloaded]],
    ['limits the rate', [problem(429, 'rate_limited', { 'Retry-After': '0' })]],
    ['stops', [problem(503, 'draining')]],
    ['cannot be reached', [lost, lost]],
    ['is behind a proxy that cannot reach it', [refusedWith(502, {}, '<html>'), refusedWith(504)]],
    ['stores the event, and the response is lost', [responseLost, responseLost]],
    ['stores the event, and the response breaks', [cutAfter(10)]],
  ])('is repeated with the same id if the server %s', async (_, faults) => {
    const { client, requests } = clientWith(faults);
    const event = first(newEvents(1));
    const submitted = await client.submit(event);
    expect(await storedOf(event)).toEqual([submitted]);
    expect(requests).toHaveLength(faults.length + 1);
  });

  test('of a batch reports events as stored by this call, although an earlier attempt stored them', async () => {
    const events = newEvents(3);
    const { client } = clientWith([responseLost]);
    const results = await client.submitAll(events);
    expect(results.map(({ stored }) => stored)).toEqual([true, true, true]);
    expect((await storedOf(first(events))).map(({ id }) => id)).toEqual(results.map(({ id }) => id));
  });

  test('waits as long as the server asks', async () => {
    const { client } = clientWith([problem(503, 'overloaded', { 'Retry-After': '1' })]);
    const startedAt = performance.now();
    await client.submit(first(newEvents(1)));
    expect(performance.now() - startedAt).toBeGreaterThan(990);
  });

  test('is not repeated if the server refuses it', async () => {
    const event = { ...first(newEvents(1)), id: crypto.randomUUID() };
    await clientWith([]).client.submit(event);
    const { client, requests } = clientWith([]);
    await expect(client.submit({ ...event, payload: {} })).rejects.toSatisfy(isEventIdConflictError);
    expect(requests).toHaveLength(1);
  });
});

describe('a call that keeps failing', () => {
  const always = (fault: Fault) => clientWith(Array<Fault>(100).fill(fault), { retryForMs: 500 });

  test('rejects with the last error, after retryForMs', async () => {
    const { client, requests } = always(overloaded);
    const error: unknown = await client.eventTypes().catch((thrown: unknown) => thrown);
    expect(error).toSatisfy(isOverloadedError);
    expect((error as Error).message).toBe('later');
    const cause = (error as Error).cause as ReportedProblem;
    expect([cause.problem.request_id, cause.retryAfterMs]).toEqual(['request-1', 0]);
    expect(requests.length).toBeGreaterThan(2);
  });

  test('rejects with store_unavailable if the server cannot be reached', async () => {
    const error: unknown = await always(lost)
      .client.get(crypto.randomUUID())
      .catch((thrown: unknown) => thrown);
    expect(error).toSatisfy(isStoreUnavailableError);
    expect((error as Error).message).toContain('GET /events/{id}: the server cannot be reached');
    expect((error as Error).cause).toEqual(new TypeError('fetch failed'));
  });

  test('names the reason for which fetch failed', async () => {
    const refused = new Error('connect ECONNREFUSED ::1:8080');
    for (const cause of [refused, new AggregateError([refused, new Error('another')], 'all failed')]) {
      const { client } = always(() => Promise.reject(new TypeError('fetch failed', { cause })));
      await expect(client.eventTypes()).rejects.toThrow(/: connect ECONNREFUSED ::1:8080$/);
    }
  });

  test('does not wait longer than retryForMs, although the server asks for it', async () => {
    const { client, requests } = always(problem(429, 'rate_limited', { 'Retry-After': '60' }));
    await expect(client.eventTypes()).rejects.toSatisfy(isRequestError);
    expect(requests).toHaveLength(1);
  });

  test.each<[string, Fault, (error: unknown) => boolean]>([
    ['a problem of its key', problem(401, 'unauthorized'), isRequestError],
    ['a page of a proxy', refusedWith(200, {}, '<html>'), isUnexpectedResponseError],
    ['a redirect', refusedWith(301, { Location: 'https://example.com' }), isUnexpectedResponseError],
    ['a status that no tracker has', refusedWith(418), isUnexpectedResponseError],
    ['a code that this version does not know', problem(400, 'new_code'), isUnexpectedResponseError],
    ['a wrong base path', problem(404, 'not_found'), isRequestError],
  ])('rejects immediately with %s', async (_, fault, guard) => {
    const { client, requests } = clientWith([fault]);
    await expect(client.eventTypes()).rejects.toSatisfy(guard);
    expect(requests).toHaveLength(1);
  });

  test('rejects with store_timeout if no response comes', async () => {
    const silent = createEventTrackerClient({
      url: server.url,
      retryForMs: 0,
      timeoutMs: 100,
      fetch: (_, init) =>
        new Promise((_resolve, reject) => {
          init?.signal?.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')));
        }),
    });
    await expect(silent.eventTypes()).rejects.toSatisfy(isStoreTimeoutError);
  });
});

describe('a deletion', () => {
  test('is repeated only if it certainly had no effect, because its result would be wrong', async () => {
    const [one, two] = newEvents(2).map((event) => ({ ...event, id: crypto.randomUUID() }));
    if (!one || !two) throw new Error('two events');
    await clientWith([]).client.submitAll([one, two]);
    const { client, requests } = clientWith([overloaded, pass, responseLost]);
    expect(await client.delete(one.id)).toBe(true);
    await expect(client.delete(two.id)).rejects.toSatisfy(isStoreUnavailableError);
    expect(requests).toHaveLength(3);
    expect(await storedOf(one)).toEqual([]);
  });

  test('is repeated if it is a dry run', async () => {
    const events = newEvents(2);
    await clientWith([]).client.submitAll(events);
    const { client } = clientWith([responseLost]);
    expect(await client.deleteAll({ event_type: first(events).event_type }, { dryRun: true })).toBe(2);
  });
});

describe('a query', () => {
  test('continues after the last event whenever the response breaks, in both orders and with a limit', async () => {
    const events = newEvents(400);
    await clientWith([]).client.submitAll(events);
    const { event_type } = first(events);
    const all = (await storedOf(first(events))).map(({ payload }) => payload.n);
    const cuts = [lost, cutAfter(10_000), cutAfter(0), cutAfter(150), overloaded, cutAfter(33_333)];
    for (const query of [{ event_type }, { event_type, order: 'desc' }, { event_type, limit: 390 }] as const) {
      const { client, requests } = clientWith(cuts);
      const found: unknown[] = [];
      for await (const { payload } of client.query(query)) found.push(payload.n);
      const expected = 'order' in query ? all.toReversed() : all;
      expect(found).toEqual(expected.slice(0, 'limit' in query ? query.limit : undefined));
      expect(requests).toHaveLength(cuts.length + 1);
    }
  });

  test('rejects after retryForMs if the server stays away in the middle', async () => {
    const events = newEvents(100);
    await clientWith([]).client.submitAll(events);
    const { client } = clientWith([cutAfter(5_000), ...Array<Fault>(100).fill(lost)], { retryForMs: 300 });
    const found: Event[] = [];
    const reading = (async () => {
      for await (const event of client.query({ event_type: first(events).event_type })) found.push(event);
    })();
    await expect(reading).rejects.toSatisfy(isStoreUnavailableError);
    expect(found.length).toBeGreaterThan(10);
  });
});

describe('following', () => {
  const take = async (items: AsyncIterator<FollowedItem>, count: number): Promise<unknown[]> => {
    const taken: unknown[] = [];
    while (taken.length < count) {
      const { value } = (await items.next()) as { value: FollowedItem };
      if (value.event) taken.push(value.event.payload.n);
    }
    return taken;
  };

  test('continues after the last event whenever the connection breaks', async () => {
    const events = newEvents(50);
    const { client: submitter } = clientWith([]);
    const start = await submitter.queryPage({ order: 'arrival', after: 'now' });
    await submitter.submitAll(events);
    const cuts = [lost, overloaded, cutAfter(0), cutAfter(2_000), lost, cutAfter(1_500), refusedWith(502)];
    const { client, requests } = clientWith(cuts);
    const controller = new AbortController();
    const { event_type } = first(events);
    const items = client.follow({ event_type }, { after: start.next, signal: controller.signal });
    expect(await take(items, 50)).toEqual(events.map(({ payload }) => payload.n));
    expect(requests).toHaveLength(cuts.length + 1);
    controller.abort();
  });

  test('rejects after retryForMs if the server is unavailable from the beginning', async () => {
    const { client } = clientWith(Array<Fault>(100).fill(lost), { retryForMs: 300 });
    await expect(client.follow().next()).rejects.toSatisfy(isStoreUnavailableError);
  });

  test('rejects if the server refuses to continue', async () => {
    const { client } = clientWith([cutAfter(120), problem(401, 'unauthorized')]);
    const items = client.follow();
    await expect(items.next()).resolves.toMatchObject({ done: false });
    await clientWith([]).client.submitAll(newEvents(1)); // its frame exceeds what passes
    await expect(items.next()).rejects.toSatisfy(isRequestError);
  });
});

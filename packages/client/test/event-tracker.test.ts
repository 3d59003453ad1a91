import { createMemoryEventStore } from '@event-tracker/adapters-memory';
import {
  createEventTracker,
  type Event,
  type EventQuery,
  type EventTracker,
  type EventTrackerError,
  type FilterQuery,
  type FollowedItem,
  type FollowOptions,
  isEventTrackerError,
  isFilterRequiredError,
  isInvalidCursorError,
  isInvalidIdError,
  isInvalidQueryError,
  type NewEvent,
  type StatsQuery,
} from '@event-tracker/core';
import { beforeEach, describe, expect, test } from 'vitest';
import { createEventTrackerClient } from '../src/index.ts';
import { useServer } from './support/server.ts';

/*
 * What an EventTracker does: the same tests for one in this process and for one on a server. core tests the details of each use
 * case.
 */

const ID = '017f22e2-79b0-7cc3-98c4-dc0c0c07398f';
const UNKNOWN_ID = '017f22e2-79b0-7cc3-98c4-dc0c0c073990';

const server = useServer({ RETENTION_DAYS_BY_TYPE: 'short:1' });
const store = createMemoryEventStore();

const CONSTRUCTORS: Readonly<Record<string, () => EventTracker>> = {
  createEventTracker: () => createEventTracker({ store, retention: [{ event_type: ['short'], days: 1 }] }),
  createEventTrackerClient: () => createEventTrackerClient({ url: server.url }),
};

/** Returns event number n, a minute after event n - 1. Every second event is a login. */
function eventAt(n: number): NewEvent {
  const timestamp = new Date(Date.UTC(2025, 0, 1) + n * 60_000).toISOString().replace('.000', '');
  return { event_type: n % 2 === 0 ? 'login' : 'logout', timestamp, payload: { n } };
}

function eventsAt(count: number): NewEvent[] {
  return Array.from({ length: count }, (_, n) => eventAt(n));
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const collected: T[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}

function numbersOf(events: readonly Event[]): unknown[] {
  return events.map(({ payload }) => payload.n);
}

function countTo(count: number): number[] {
  return Array.from({ length: count }, (_, n) => n);
}

async function errorOf(work: Promise<unknown>): Promise<EventTrackerError> {
  const thrown: unknown = await work.then(
    (value) => new Error(`not rejected, but ${JSON.stringify(value)}`),
    (error: unknown) => error,
  );
  if (isEventTrackerError(thrown)) return thrown;
  throw thrown;
}

describe.each(Object.entries(CONSTRUCTORS))('%s', (_, create) => {
  let tracker: EventTracker;
  beforeEach(async () => {
    tracker = create();
    await tracker.deleteAll({ start: '1900-01-01' });
  });

  describe('submit', () => {
    test('stores an event and returns it in its normal form', async () => {
      const event = await tracker.submit({
        ...eventAt(1),
        id: ID.toUpperCase(),
        timestamp: '2025-01-01T14:00:00.50+02:00',
      });
      expect(event).toEqual({ ...eventAt(1), id: ID, timestamp: '2025-01-01T12:00:00.5Z' });
      expect(await tracker.get(ID)).toEqual(event);
    });

    test('returns payloads unchanged', async () => {
      const payload = {
        text: 'é€😀\u2028"\\\u0007',
        numbers: [0, -1.5, 1e21, 6.02214076e23, 5e-324, 9007199254740991, 0.1],
        nested: { a: [null, true, false, [], {}, [[]]], constructor: 'c', toString: 't' },
        '': '',
      };
      const { id } = await tracker.submit({ ...eventAt(1), payload });
      expect((await tracker.get(id))?.payload).toEqual(payload);
    });

    test('creates ids that keep the order of submission', async () => {
      const ids: string[] = [];
      for (let n = 0; n < 20; n++) ids.push((await tracker.submit({ ...eventAt(0), payload: { n } })).id);
      expect(ids).toEqual(ids.toSorted());
      expect(numbersOf(await collect(tracker.query()))).toEqual(countTo(20));
    });

    test('stores the same id and content once, and refuses other content', async () => {
      const event = await tracker.submit({ ...eventAt(1), id: ID });
      expect(await tracker.submit({ ...eventAt(1), id: ID })).toEqual(event);
      expect(await errorOf(tracker.submit({ ...eventAt(2), id: ID }))).toMatchObject({
        code: 'event_id_conflict',
        ids: [ID],
        events: [{ index: 0, id: ID }],
      });
      expect(await collect(tracker.query())).toEqual([event]);
    });

    test.each<[string, object, string, string]>([
      ['a timestamp without a zone', { timestamp: '2025-01-01T12:00:00' }, '/timestamp', 'invalid_timestamp'],
      ['a missing type', { event_type: undefined }, '/event_type', 'invalid_event_type'],
      ['an unknown member', { user: 1 }, '/user', 'unknown_member'],
      ['a Date, which JSON would turn into text', { payload: { at: new Date(0) } }, '/payload/at', 'not_json'],
      ['undefined, which JSON would leave out', { payload: { a: [{ b: undefined }] } }, '/payload/a/0/b', 'not_json'],
      ['NaN, which JSON would turn into null', { payload: { a: Number.NaN } }, '/payload/a', 'not_json'],
      ['a BigInt, which JSON refuses', { payload: { a: 1n } }, '/payload/a', 'not_json'],
      ['a lone surrogate', { payload: { a: '\ud800' } }, '/payload/a', 'lone_surrogate'],
    ])('refuses %s, and names its place', async (_, members, pointer, code) => {
      const event = { ...eventAt(1), ...members } as NewEvent;
      expect(await errorOf(tracker.submit(event))).toMatchObject({
        code: 'invalid_event',
        problems: [{ index: 0, pointer, code }],
        problemCount: 1,
        invalidEventCount: 1,
        eventCount: 1,
      });
    });

    test('refuses an event that is older than its retention', async () => {
      expect(await errorOf(tracker.submit({ ...eventAt(1), event_type: 'short' }))).toMatchObject({
        code: 'outside_retention',
        message: '/timestamp: events of this type are kept for 1 day',
        problems: [{ index: 0, pointer: '/timestamp', code: 'outside_retention' }],
        problemCount: 1,
        invalidEventCount: 1,
        eventCount: 1,
      });
    });

    test('refuses a payload that is too large, with its size and the limit', async () => {
      const event = { ...eventAt(1), payload: { text: 'x'.repeat(262_144) } };
      const error = { code: 'payload_too_large', pointer: '/payload', bytes: 262_155, maxBytes: 262_144 };
      expect(await errorOf(tracker.submit(event))).toMatchObject({ ...error, index: 0 });
      expect(await errorOf(tracker.submitAll([eventAt(1), event]))).toMatchObject({ ...error, index: 1 });
    });
  });

  describe('submitAll', () => {
    test('returns the id of each event, and whether it was stored', async () => {
      await tracker.submit({ ...eventAt(1), id: ID });
      const results = await tracker.submitAll([eventAt(0), { ...eventAt(1), id: ID }, eventAt(2)]);
      const [first, second, third] = await collect(tracker.query());
      expect(results).toEqual([
        { id: first?.id, stored: true },
        { id: second?.id, stored: false },
        { id: third?.id, stored: true },
      ]);
      expect(second?.id).toBe(ID);
    });

    test('stores all events or none, and reports which one is wrong', async () => {
      const events = eventsAt(100).map((event, n) => (n === 70 ? { ...event, timestamp: 'yesterday' } : event));
      expect(await errorOf(tracker.submitAll(events))).toMatchObject({
        code: 'invalid_event',
        message: 'event 70, /timestamp: expected RFC 3339 with a zone, e.g. 2025-01-01T12:00:00Z',
        problems: [{ index: 70, pointer: '/timestamp', code: 'invalid_timestamp' }],
        eventCount: 100,
      });
      await tracker.submit({ ...eventAt(0), id: ID });
      const conflict = [eventAt(1), { ...eventAt(2), id: ID }];
      expect(await errorOf(tracker.submitAll(conflict))).toMatchObject({ ids: [ID], events: [{ index: 1, id: ID }] });
      expect(numbersOf(await collect(tracker.query()))).toEqual([0]);
    });

    test('accepts any iterable with a length, and an empty one', async () => {
      expect(await tracker.submitAll([])).toEqual([]);
      const lazy = { length: 3, [Symbol.iterator]: () => eventsAt(3).values() };
      expect(await tracker.submitAll(lazy)).toHaveLength(3);
    });

    test('refuses more events than allowed, with their number and the limit', async () => {
      const events = Array.from({ length: 10_001 }, () => eventAt(0));
      expect(await errorOf(tracker.submitAll(events))).toMatchObject({
        code: 'batch_too_large',
        events: 10_001,
        maxEvents: 10_000,
      });
    });
  });

  describe('get', () => {
    test('finds an event by its id in either case, and returns undefined for an unknown id', async () => {
      const event = await tracker.submit({ ...eventAt(1), id: ID });
      expect(await tracker.get(ID.toUpperCase())).toEqual(event);
      expect(await tracker.get(UNKNOWN_ID)).toBeUndefined();
    });

    test.each(['', '.', '..', '../livez', 'a/b', `${ID}?x=1`, '%'])('refuses %j, which is no id', async (id) => {
      await tracker.submit(eventAt(1));
      await expect(tracker.get(id)).rejects.toSatisfy(isInvalidIdError);
      await expect(tracker.delete(id)).rejects.toSatisfy(isInvalidIdError);
      expect(await collect(tracker.query())).toHaveLength(1);
    });
  });

  describe('query', () => {
    test.each<[string, EventQuery, number[]]>([
      ['everything', {}, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]],
      ['a type, in descending order', { event_type: 'login', order: 'desc' }, [8, 6, 4, 2, 0]],
      ['types or prefixes', { event_type: ['none', 'login'], 'event_type[prefix]': 'logo' }, countTo(10)],
      ['a time', { start: '2025-01-01T00:02:00Z', end: '2025-01-01T00:04:00+00:00' }, [2, 3, 4]],
      ['values', { 'payload.n[gte]': '3', 'payload.n[in]': '1,3,4,9' }, [3, 4, 9]],
      ['a limit', { limit: 3 }, [0, 1, 2]],
      ['nothing', { event_type: 'é+& ="?' }, []],
    ])('finds %s', async (_, query, found) => {
      await tracker.submitAll(eventsAt(10));
      expect(numbersOf(await collect(tracker.query(query)))).toEqual(found);
      expect(numbersOf((await collect(tracker.queryPages(query))).flat())).toEqual(found);
      expect(numbersOf((await tracker.queryPage(query)).events)).toEqual(found);
    });

    test('yields thousands of events in order, from a cursor on, up to a limit', async () => {
      await tracker.submitAll(eventsAt(3_000));
      expect(numbersOf(await collect(tracker.query()))).toEqual(countTo(3_000));
      const { next } = await tracker.queryPage({ limit: 100 });
      const rest = await collect(tracker.query({ cursor: next, limit: 1_500 }));
      expect(numbersOf(rest)).toEqual(countTo(1_600).slice(100));
    });

    test('yields all large events up to the limit, although a page of them ends earlier', async () => {
      const text = 'x'.repeat(250_000);
      const large = eventsAt(75).map(({ payload, ...event }) => ({ ...event, payload: { ...payload, text } }));
      for (let n = 0; n < 75; n += 25) await tracker.submitAll(large.slice(n, n + 25));
      const page = await tracker.queryPage({ limit: 1_000 });
      expect(page.events.length).toBeLessThan(75);
      expect(numbersOf(await collect(tracker.query({ limit: 74 })))).toEqual(countTo(74));
    });

    test('stops when the caller stops', async () => {
      await tracker.submitAll(eventsAt(3_000));
      for await (const event of tracker.query({ limit: 2_000 })) if (event.payload.n === 2) break;
      expect(await tracker.submit(eventAt(0))).toBeDefined();
    });

    test.each<[string, object]>([
      ['an unknown parameter', { colour: 'red' }],
      ['a limit of zero', { limit: 0 }],
      ['a limit that is text', { limit: '10' }],
      ['an unknown order', { order: 'random' }],
      ['a time without a zone', { start: '2025-01-01T12:00' }],
      ['a Date', { start: new Date(0) }],
      ['an empty list of types, which a URL cannot express', { event_type: [] }],
      ['an empty list of values', { 'payload.n': [] }],
      ['a value that is not text', { 'payload.n': 1 }],
    ])('refuses %s immediately', async (_, query) => {
      const refused = expect.toSatisfy(isInvalidQueryError);
      expect(() => tracker.query(query as EventQuery)).toThrow(refused);
      expect(() => tracker.queryPages(query as EventQuery)).toThrow(refused);
      await expect(tracker.queryPage(query as EventQuery)).rejects.toSatisfy(isInvalidQueryError);
      await expect(tracker.deleteAll(query as FilterQuery)).rejects.toSatisfy(isInvalidQueryError);
      expect(() => tracker.follow(query as FilterQuery)).toThrow(refused);
    });

    test('refuses a cursor of another query', async () => {
      await tracker.submitAll(eventsAt(3));
      const { next } = await tracker.queryPage({ limit: 1 });
      const other = { cursor: next, order: 'desc' } as const;
      await expect(tracker.queryPage(other)).rejects.toSatisfy(isInvalidCursorError);
      await expect((async () => tracker.query(other).next())()).rejects.toSatisfy(isInvalidCursorError);
    });
  });

  describe('queryPage', () => {
    test.each(['asc', 'desc'] as const)('leads from page to page in %s order, with an end', async (order) => {
      await tracker.submitAll(eventsAt(10));
      const found: unknown[] = [];
      let cursor: string | undefined;
      let pages = 0;
      do {
        const page = await tracker.queryPage({ limit: 4, order, cursor });
        found.push(...numbersOf(page.events));
        cursor = page.next;
        pages++;
      } while (cursor !== undefined);
      expect([found, pages]).toEqual([order === 'asc' ? countTo(10) : countTo(10).reverse(), 3]);
    });

    test('has 1,000 events by default', async () => {
      await tracker.submitAll(eventsAt(1_001));
      const { events, next } = await tracker.queryPage();
      expect(events).toHaveLength(1_000);
      expect(next).toBeDefined();
    });

    test('leads in order of arrival without an end', async () => {
      const { next: start } = await tracker.queryPage({ order: 'arrival', after: 'now' });
      for (const n of [5, 3, 4]) await tracker.submit(eventAt(n));
      const first = await tracker.queryPage({ order: 'arrival', after: start, limit: 2 });
      const second = await tracker.queryPage({ order: 'arrival', after: first.next, event_type: 'login' });
      const third = await tracker.queryPage({ order: 'arrival', after: second.next });
      expect([first, second, third].map(({ events }) => numbersOf(events))).toEqual([[5, 3], [4], []]);
      expect(third.next).toBe(second.next);
      const damaged = tracker.queryPage({ order: 'arrival', after: 'yesterday' });
      await expect(damaged).rejects.toSatisfy(isInvalidCursorError);
    });
  });

  describe('follow', () => {
    /** Begins to follow, and returns the first item. */
    async function start(query?: FilterQuery, options?: FollowOptions) {
      const controller = new AbortController();
      const items = tracker.follow(query, { signal: controller.signal, ...options });
      const { value: first } = await items.next();
      return { items, first: first as FollowedItem, controller };
    }

    async function take(items: AsyncIterator<FollowedItem>, count: number): Promise<FollowedItem[]> {
      const taken: FollowedItem[] = [];
      while (taken.length < count) {
        const { value } = (await items.next()) as { value: FollowedItem };
        if (value.event) taken.push(value);
      }
      return taken;
    }

    const numbersIn = (items: readonly FollowedItem[]) => numbersOf(items.flatMap(({ event }) => event ?? []));

    test('yields a position first, then matching events as they arrive', async () => {
      await tracker.submit(eventAt(0));
      const { items, first, controller } = await start({ event_type: 'login' });
      expect(first).toEqual({ position: expect.any(String) });
      const taken = take(items, 2);
      for (const n of [4, 3, 2]) await tracker.submit(eventAt(n));
      expect(numbersIn(await taken)).toEqual([4, 2]);
      controller.abort();
    });

    test('continues after the position of any item', async () => {
      const { next } = await tracker.queryPage({ order: 'arrival', after: 'now' });
      await tracker.submitAll(eventsAt(10));
      const { items, controller } = await start({}, { after: next });
      const taken = await take(items, 10);
      expect(numbersIn(taken)).toEqual(countTo(10));
      controller.abort();
      const resumed = await start({}, { after: taken[6]?.position });
      expect(numbersIn(await take(resumed.items, 3))).toEqual([7, 8, 9]);
      resumed.controller.abort();
    });

    test('rejects with the reason of the signal, while it waits and before it begins', async () => {
      const reason = new Error('enough');
      const { items, controller } = await start();
      const waiting = items.next();
      controller.abort(reason);
      await expect(waiting).rejects.toBe(reason);
      await expect(tracker.follow({}, { signal: AbortSignal.abort(reason) }).next()).rejects.toBe(reason);
    });

    test('refuses a damaged position', async () => {
      await expect(tracker.follow({}, { after: 'yesterday' }).next()).rejects.toSatisfy(isInvalidCursorError);
    });
  });

  describe('stats', () => {
    test.each<[string, StatsQuery, unknown[]]>([
      ['one number', {}, [{ bucket: null, group: null, value: 4 }]],
      [
        'a number per group',
        { metric: 'sum:payload.n', group_by: 'event_type' },
        [
          { bucket: null, group: 'logout', value: 4 },
          { bucket: null, group: 'login', value: 2 },
        ],
      ],
      [
        'a number per bucket',
        { interval: '1d', time_zone: 'Europe/Berlin', event_type: 'login' },
        [{ bucket: '2025-01-01T00:00:00+01:00', group: null, value: 2 }],
      ],
      [
        'the groups beyond the top as one',
        { group_by: 'payload.n', top: 1 },
        [
          { bucket: null, group: null, value: 3, other: true },
          { bucket: null, group: 0, value: 1 },
        ],
      ],
    ])('return %s', async (_, query, rows) => {
      await tracker.submitAll(eventsAt(4));
      expect(await tracker.stats(query)).toEqual(rows);
    });

    test('refuse an unknown metric, and too many cells', async () => {
      await expect(tracker.stats({ metric: 'median' })).rejects.toSatisfy(isInvalidQueryError);
      const range = { start: '2025-01-01', end: '2025-12-31', interval: '1m' } as const;
      expect(await errorOf(tracker.stats(range))).toMatchObject({ code: 'too_many_cells', maxCells: 10_000 });
    });
  });

  test('reads reject with the reason of the signal, before they begin and between pages', async () => {
    await tracker.submitAll(eventsAt(3_000));
    const reason = new Error('enough');
    const signal = AbortSignal.abort(reason);
    await expect(tracker.query({}, { signal }).next()).rejects.toBe(reason);
    await expect(tracker.queryPage({}, { signal })).rejects.toBe(reason);
    await expect(tracker.queryPage({ order: 'arrival' }, { signal })).rejects.toBe(reason);
    await expect(tracker.stats({}, { signal })).rejects.toBe(reason);
    await expect(tracker.eventTypes({ signal })).rejects.toBe(reason);
    const controller = new AbortController();
    const pages = tracker.queryPages({}, { signal: controller.signal });
    await pages.next();
    controller.abort(reason);
    await expect(pages.next()).rejects.toBe(reason);
  });

  test('eventTypes returns each type with its number of events, its first and its last', async () => {
    expect(await tracker.eventTypes()).toEqual([]);
    await tracker.submitAll(eventsAt(3));
    expect(await tracker.eventTypes()).toEqual([
      { event_type: 'login', count: 2, first: '2025-01-01T00:00:00Z', last: '2025-01-01T00:02:00Z' },
      { event_type: 'logout', count: 1, first: '2025-01-01T00:01:00Z', last: '2025-01-01T00:01:00Z' },
    ]);
  });

  test('delete deletes one event, and returns whether it existed', async () => {
    await tracker.submit({ ...eventAt(1), id: ID });
    expect(await tracker.delete(ID)).toBe(true);
    expect(await tracker.delete(ID)).toBe(false);
    expect(await tracker.get(ID)).toBeUndefined();
    expect(await tracker.submit({ ...eventAt(2), id: ID })).toMatchObject({ id: ID });
  });

  describe('deleteAll', () => {
    test('deletes exactly the matching events, as many as a dry run counts', async () => {
      await tracker.submitAll(eventsAt(10));
      expect(await tracker.deleteAll({ event_type: 'login' }, { dryRun: true })).toBe(5);
      expect(await tracker.deleteAll({ event_type: 'login' })).toBe(5);
      expect(numbersOf(await collect(tracker.query()))).toEqual([1, 3, 5, 7, 9]);
    });

    test.each([{}, { event_type: undefined }])('refuses %o, which has no filter', async (query) => {
      await tracker.submit(eventAt(1));
      await expect(tracker.deleteAll(query)).rejects.toSatisfy(isFilterRequiredError);
      expect(await collect(tracker.query())).toHaveLength(1);
    });
  });
});

import { describe, expect, test } from 'vitest';
import { createStubEventStore, type StubEventStore } from '../../test/stub-event-store.ts';
import { createStoreUnavailableError, isInvalidCursorError, isInvalidQueryError } from '../errors.ts';
import type { Event } from '../event/event.ts';
import type { EventQuery } from '../query/event-query.ts';
import { appendBatch } from '../store/append-batch.ts';
import { queryEventPage, queryEventPages } from './query-events.ts';

const MINUTE = 60_000;
const BEGIN = Date.UTC(2025, 0, 1);

/** Returns event number n: three events per minute from midnight, every second event a login. */
function eventAt(index: number): Event {
  const timestamp = new Date(BEGIN + Math.floor(index / 3) * MINUTE).toISOString().replace('.000', '');
  const id = `00000000-0000-7000-8000-${String(index).padStart(12, '0')}`;
  return { id, event_type: index % 2 === 0 ? 'login' : 'logout', timestamp, payload: { index } };
}

const EVENTS = Array.from({ length: 2_500 }, (_, index) => eventAt(index));

function storeOf(count: number): StubEventStore {
  return createStubEventStore(EVENTS.slice(0, count).reverse());
}

/** Follows the cursors from the first page to the last. */
async function allPages(store: StubEventStore, query: EventQuery): Promise<Event[][]> {
  const pages: Event[][] = [];
  let cursor: string | undefined;
  do {
    const page = await queryEventPage({ store }, { ...query, cursor });
    pages.push([...page.events]);
    cursor = page.next;
  } while (cursor !== undefined);
  return pages;
}

describe('queryEventPage', () => {
  test.each([
    [10, 3, [3, 3, 3, 1]],
    [9, 3, [3, 3, 3]],
    [10, 1, Array.from({ length: 10 }, () => 1)],
    [10, 10, [10]],
    [10, 11, [10]],
    [0, 5, [0]],
  ])('pages through %i events in pages of %i', async (count, limit, sizes) => {
    const pages = await allPages(storeOf(count), { limit });
    expect(pages.map((page) => page.length)).toEqual(sizes);
    expect(pages.flat()).toEqual(EVENTS.slice(0, count));
  });

  test('pages through events in descending order', async () => {
    const pages = await allPages(storeOf(100), { limit: 7, order: 'desc' });
    expect(pages.flat()).toEqual(EVENTS.slice(0, 100).reverse());
  });

  test('pages through matching events only', async () => {
    const query = { event_type: 'login', start: '2025-01-01T00:05:00Z', end: '2025-01-01T00:10:00Z', limit: 2 };
    const pages = await allPages(storeOf(100), query);
    expect(pages.flat()).toEqual(EVENTS.slice(15, 33).filter(({ event_type }) => event_type === 'login'));
  });

  test('has no next member on the last page', async () => {
    expect(await queryEventPage({ store: storeOf(3) }, { limit: 3 })).toStrictEqual({ events: EVENTS.slice(0, 3) });
  });

  test('continues after a page, whatever is stored in between', async () => {
    const store = storeOf(6);
    const first = await queryEventPage({ store }, { limit: 3 });
    const late = { ...eventAt(0), id: '00000000-0000-7000-8000-000000009999' };
    await appendBatch(store, [eventAt(6), { ...late, timestamp: '2025-01-01T00:00:00Z' }]);
    const second = await queryEventPage({ store }, { limit: 10, cursor: first.next });
    // The first page ended at 00:00, and the late event comes after all other events of that instant.
    expect(second.events.map(({ id }) => id)).toEqual([late, ...EVENTS.slice(3, 7)].map(({ id }) => id));
  });

  test('returns 1,000 events by default', async () => {
    const { events, next } = await queryEventPage({ store: storeOf(1_001) }, {});
    expect(events).toHaveLength(1_000);
    expect(next).toBeDefined();
  });

  test('calls the store once for a page', async () => {
    const store = storeOf(100);
    await queryEventPage({ store }, { limit: 10 });
    expect(store.pageRequests).toEqual([{ filter: {}, order: 'asc', limit: 11, after: undefined }]);
  });

  test('rejects an invalid query without a call of the store', async () => {
    const store = storeOf(10);
    await expect(queryEventPage({ store }, { limit: 0 })).rejects.toSatisfy(isInvalidQueryError);
    await expect(queryEventPage({ store }, { cursor: 'x' })).rejects.toSatisfy(isInvalidCursorError);
    const { next } = await queryEventPage({ store }, { limit: 5 });
    await expect(queryEventPage({ store }, { cursor: next, order: 'desc' })).rejects.toSatisfy(isInvalidCursorError);
    expect(store.pageRequests).toHaveLength(1);
  });
});

describe('queryEventPages', () => {
  async function sizesOf(pages: AsyncIterable<readonly Event[]>): Promise<number[]> {
    const sizes: number[] = [];
    for await (const page of pages) sizes.push(page.length);
    return sizes;
  }

  test.each([
    [2_500, undefined, [16, 64, 256, 1_000, 1_000, 164], [16, 64, 256, 1_000, 1_000, 1_000]],
    [1_336, undefined, [16, 64, 256, 1_000], [16, 64, 256, 1_000, 1_000]],
    [0, undefined, [], [16]],
    [2_500, 1_500, [16, 64, 256, 1_000, 164], [16, 64, 256, 1_000, 164]],
    [2_500, 1_336, [16, 64, 256, 1_000], [16, 64, 256, 1_000]],
    [2_500, 10, [10], [10]],
    [2_500, 17, [16, 1], [16, 1]],
    [100, 10_000, [16, 64, 20], [16, 64, 256]],
  ])('reads %i events with limit %o in pages of %o', async (count, limit, sizes, asked) => {
    const store = storeOf(count);
    expect(await sizesOf(queryEventPages({ store }, { limit }))).toEqual(sizes);
    expect(store.pageRequests.map((page) => page.limit)).toEqual(asked);
  });

  test.each(['asc', 'desc'] as const)('yields every matching event once, in %s order', async (order) => {
    const found: Event[] = [];
    for await (const page of queryEventPages({ store: storeOf(2_500) }, { order })) found.push(...page);
    expect(found).toEqual(order === 'asc' ? EVENTS : EVENTS.toReversed());
  });

  test('begins after the cursor of a page', async () => {
    const store = storeOf(2_500);
    const { next } = await queryEventPage({ store }, { limit: 100 });
    const found: Event[] = [];
    for await (const page of queryEventPages({ store }, { cursor: next, limit: 1_500 })) found.push(...page);
    expect(found).toEqual(EVENTS.slice(100, 1_600));
  });

  test('reads a page only when it is requested', async () => {
    const store = storeOf(2_500);
    const pages = queryEventPages({ store }, {});
    expect(store.pageRequests).toHaveLength(0);
    await pages.next();
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(store.pageRequests).toHaveLength(1);
  });

  test('stops reading when the consumer stops', async () => {
    const store = storeOf(2_500);
    const pages = queryEventPages({ store }, {});
    for await (const page of pages) {
      expect(page).toHaveLength(16);
      break;
    }
    expect(await pages.next()).toEqual({ done: true, value: undefined });
    expect(store.pageRequests).toHaveLength(1);
  });

  test('throws immediately if the query is invalid', () => {
    const store = storeOf(10);
    expect(() => queryEventPages({ store }, { limit: 0 })).toThrow(expect.toSatisfy(isInvalidQueryError));
    expect(() => queryEventPages({ store }, { cursor: 'x' })).toThrow(expect.toSatisfy(isInvalidCursorError));
    expect(store.pageRequests).toHaveLength(0);
  });

  test('rejects when the store fails, after the pages that were read', async () => {
    const store = storeOf(2_500);
    const unavailable = createStoreUnavailableError('the store went away');
    let calls = 0;
    const failing: typeof store = {
      ...store,
      query: (page) => (++calls > 1 ? Promise.reject(unavailable) : store.query(page)),
    };
    const pages = queryEventPages({ store: failing }, {});
    expect(await pages.next()).toMatchObject({ done: false, value: { length: 16 } });
    await expect(pages.next()).rejects.toBe(unavailable);
    expect(await pages.next()).toEqual({ done: true, value: undefined });
  });

  test('reads few large events at a time, and ends a page of them before its limit', async () => {
    const large = Array.from({ length: 200 }, (_, n) => ({ ...eventAt(n), payload: { text: 'x'.repeat(200_000) } }));
    const store = createStubEventStore(large);
    const sizes = await sizesOf(queryEventPages({ store }, {}));
    expect(Math.max(...sizes.slice(1))).toBe(5);
    expect(sizes.reduce((sum, size) => sum + size)).toBe(200);
    const first = await queryEventPage({ store }, { limit: 1_000 });
    expect(first.events.length).toBeLessThan(100);
    const pages = await allPages(store, { limit: 1_000 });
    expect(pages.flat()).toEqual(large);
  });

  test('supports concurrent consumers, each from the start', async () => {
    const store = storeOf(1_500);
    const sizes = await Promise.all([1, 2, 3].map(() => sizesOf(queryEventPages({ store }, {}))));
    expect(sizes).toEqual([1, 2, 3].map(() => [16, 64, 256, 1_000, 164]));
  });
});

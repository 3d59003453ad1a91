import { describe, expect, test } from 'vitest';
import { createStubEventStore } from '../../test/stub-event-store.ts';
import {
  createStoreUnavailableError,
  isFilterRequiredError,
  isInvalidQueryError,
  isStoreTimeoutError,
} from '../errors.ts';
import type { Event } from '../event/event.ts';
import type { FilterQuery } from '../query/filter-query.ts';
import { deleteEvents } from './delete-events.ts';

const clock = () => 0;

function storeOf(count: number) {
  return createStubEventStore(
    Array.from({ length: count }, (_, n): Event => {
      const id = `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`;
      const event_type = n % 2 === 0 ? 'login' : 'logout';
      return {
        id,
        event_type,
        timestamp: `2025-01-${String((n % 28) + 1).padStart(2, '0')}T00:00:00Z`,
        payload: { n },
      };
    }),
  );
}

describe('deleteEvents', () => {
  const FILTERS: FilterQuery[] = [
    { event_type: 'login' },
    { 'event_type[prefix]': 'logi' },
    { start: '2025-01-15T00:00:00Z' },
    { end: '2025-01-15T00:00:00Z', event_type: ['login', 'logout'] },
    { 'payload.n[gte]': '10' },
  ];

  test.each(FILTERS)('deletes exactly the events that match %o, as many as a dry run counts', async (query) => {
    const store = storeOf(3_000);
    const matching = await deleteEvents({ store, clock }, query, { dryRun: true });
    expect(matching).toBeGreaterThan(0);
    expect(await deleteEvents({ store, clock }, query)).toBe(matching);
    expect(await deleteEvents({ store, clock }, query, { dryRun: true })).toBe(0);
    expect(store.stored()).toHaveLength(3_000 - matching);
    expect(await deleteEvents({ store, clock }, query)).toBe(0);
  });

  test('deletes at most a hundred events in a step', async () => {
    const store = storeOf(3_000);
    await deleteEvents({ store, clock }, { 'event_type[prefix]': 'log' });
    expect(store.deletions.map((ids) => ids.length)).toEqual([16, 64, ...Array(29).fill(100), 20]);
  });

  test.each([{}, { event_type: undefined }])('rejects %o, which has no filter, and deletes nothing', async (query) => {
    const store = storeOf(10);
    await expect(deleteEvents({ store, clock }, query)).rejects.toSatisfy(isFilterRequiredError);
    await expect(deleteEvents({ store, clock }, query, { dryRun: true })).rejects.toSatisfy(isFilterRequiredError);
    expect(store.stored()).toHaveLength(10);
  });

  test('rejects an invalid filter, and deletes nothing', async () => {
    const store = storeOf(10);
    await expect(deleteEvents({ store, clock }, { start: 'yesterday' })).rejects.toSatisfy(isInvalidQueryError);
    await expect(deleteEvents({ store, clock }, { limit: 5 } as FilterQuery)).rejects.toSatisfy(isInvalidQueryError);
    expect(store.stored()).toHaveLength(10);
  });

  test('rejects after a minute with the number deleted, and deletes the rest when called again', async () => {
    const store = storeOf(3_000);
    let now = 0;
    const slow = { ...store, delete: (ids: readonly string[]) => store.delete(ids).finally(() => (now += 20_000)) };
    const error: unknown = await deleteEvents({ store: slow, clock: () => now }, { event_type: 'login' }).catch(String);
    expect(error).toContain('180 events are deleted so far');
    await expect(
      deleteEvents({ store: slow, clock: () => (now += 60_000) }, { event_type: 'login' }),
    ).rejects.toSatisfy(isStoreTimeoutError);
    expect(await deleteEvents({ store: slow, clock }, { event_type: 'login' })).toBe(1_500 - 180);
  });

  test('rejects if the store fails in between, and deletes the rest when called again', async () => {
    const store = storeOf(3_000);
    const unavailable = createStoreUnavailableError('away');
    let calls = 0;
    const failing = {
      ...store,
      delete: (ids: readonly string[]) => (++calls === 3 ? Promise.reject(unavailable) : store.delete(ids)),
    };
    await expect(deleteEvents({ store: failing, clock }, { event_type: 'login' })).rejects.toBe(unavailable);
    expect(store.stored()).toHaveLength(3_000 - 16 - 64);
    expect(await deleteEvents({ store: failing, clock }, { event_type: 'login' })).toBe(1_500 - 16 - 64);
  });
});

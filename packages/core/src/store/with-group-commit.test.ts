import { describe, expect, test } from 'vitest';
import { createEventIdConflictError, createStoreUnavailableError } from '../errors.ts';
import type { Event } from '../event/event.ts';
import type { AppendResult, EventStorePort } from './event-store-port.ts';
import { withGroupCommit } from './with-group-commit.ts';

const eventOf = (n: number, payload = {}): Event => ({
  id: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
  event_type: 'test',
  timestamp: '2025-01-01T12:00:00Z',
  payload,
});

/** A store that keeps ids, refuses what `refuse` names, and goes on only when the test lets it. */
function createGatedStore(refuse: (events: readonly Event[]) => Error | undefined = () => undefined) {
  const calls: (readonly Event[])[] = [];
  const gates: (() => void)[] = [];
  const stored = new Set<string>();
  const store = {
    guarantees: { durability: 'process', conflicts: 'exact', batches: 'exact' },
    append: async (events: readonly Event[]): Promise<readonly AppendResult[]> => {
      calls.push(events);
      await new Promise<void>((resolve) => gates.push(resolve));
      const error = refuse(events);
      if (error) throw error;
      return events.map((event) => {
        const isNew = !stored.has(event.id);
        stored.add(event.id);
        return { event, stored: isNew };
      });
    },
    close: async () => {
      calls.push([]);
    },
  } as unknown as EventStorePort;
  /** Lets the call under way finish, and waits until what follows from it has begun. */
  const letOne = async (): Promise<void> => {
    gates.shift()?.();
    await new Promise((resolve) => setTimeout(resolve, 1));
  };
  return { store, calls, stored, letOne };
}

describe('withGroupCommit', () => {
  test('passes an append on at once when the store is idle', () => {
    const { store, calls } = createGatedStore();
    void withGroupCommit(store).append([eventOf(1)]);
    expect(calls).toHaveLength(1);
  });

  test('puts the appends that come while the store is busy into one call, in their order', async () => {
    const { store, calls, letOne } = createGatedStore();
    const grouped = withGroupCommit(store);
    const appends = [1, 2, 3, 4].map((n) => grouped.append([eventOf(n), eventOf(n + 10)]));
    await letOne();
    await letOne();
    await Promise.all(appends);
    expect(calls.map((events) => events.length)).toEqual([2, 6]);
    expect(calls[1]?.map(({ id }) => Number(id.slice(-2)))).toEqual([2, 12, 3, 13, 4, 14]);
  });

  test('tells each call what became of its own events', async () => {
    const { store, letOne } = createGatedStore();
    const grouped = withGroupCommit(store);
    const appends = [[eventOf(1)], [eventOf(2), eventOf(1)], [], [eventOf(3)]].map((events) => grouped.append(events));
    await letOne();
    await letOne();
    const results = await Promise.all(appends);
    expect(results.map((of) => of.map((result) => result.stored))).toEqual([[true], [true, false], [], [true]]);
  });

  test('tries the calls of a failed group alone, so that only the one at fault fails', async () => {
    const poison = eventOf(66);
    const { store, letOne, stored } = createGatedStore((events) =>
      events.some(({ id }) => id === poison.id) ? createEventIdConflictError([poison.id]) : undefined,
    );
    const grouped = withGroupCommit(store);
    const appends = [[eventOf(1)], [eventOf(2)], [poison], [eventOf(3)]].map((events) => grouped.append(events));
    const settled = Promise.allSettled(appends);
    for (let i = 0; i < 5; i++) await letOne();
    expect((await settled).map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    expect(stored.size).toBe(3);
  });

  test('stores those together again that have nothing to do with a conflict', async () => {
    const poison = eventOf(66);
    const { store, letOne, calls } = createGatedStore((events) =>
      events.some(({ id }) => id === poison.id) ? createEventIdConflictError([poison.id]) : undefined,
    );
    const grouped = withGroupCommit(store);
    const appends = [[eventOf(1)], [eventOf(2)], [poison], [eventOf(3)]].map((events) => grouped.append(events));
    const settled = Promise.allSettled(appends);
    for (let i = 0; i < 4; i++) await letOne();
    await settled;
    expect(calls.map((events) => events.map(({ id }) => Number(id.slice(-2))))).toEqual([
      [1],
      [2, 66, 3],
      [2, 3],
      [66],
    ]);
  });

  test('fails the whole group once where the store is away', async () => {
    const { store, calls, letOne } = createGatedStore(() => createStoreUnavailableError('away'));
    const grouped = withGroupCommit(store);
    const settled = Promise.allSettled([1, 2, 3].map((n) => grouped.append([eventOf(n)])));
    await letOne();
    await letOne();
    expect((await settled).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(calls).toHaveLength(2);
  });

  test('begins another group when one has events enough', async () => {
    const { store, calls, letOne } = createGatedStore();
    const grouped = withGroupCommit(store, { maxGroupEvents: 3 });
    const appends = [1, 2, 3, 4].map((n) => grouped.append([eventOf(n), eventOf(n + 10)]));
    for (let i = 0; i < 4; i++) await letOne();
    await Promise.all(appends);
    expect(calls.map((events) => events.length)).toEqual([2, 2, 2, 2]);
  });

  test('refuses further appends when too many events wait, and takes them again afterwards', async () => {
    const { store, letOne } = createGatedStore();
    const grouped = withGroupCommit(store, { maxQueuedEvents: 2 });
    const first = grouped.append([eventOf(1)]);
    const second = grouped.append([eventOf(2), eventOf(3)]);
    await expect(grouped.append([eventOf(4)])).rejects.toMatchObject({ code: 'store_unavailable' });
    await letOne();
    await letOne();
    await Promise.all([first, second]);
    const again = grouped.append([eventOf(4)]);
    await letOne();
    await expect(again).resolves.toMatchObject([{ stored: true }]);
  });

  test('takes a call that is larger than the queue when nothing else waits', async () => {
    const { store, letOne } = createGatedStore();
    const append = withGroupCommit(store, { maxQueuedEvents: 1 }).append([eventOf(1), eventOf(2)]);
    await letOne();
    await expect(append).resolves.toHaveLength(2);
  });

  test('tells an observer how much waits and what was put together', async () => {
    const { store, letOne } = createGatedStore();
    const told: (string | number)[][] = [];
    const grouped = withGroupCommit(store, {
      observer: {
        queued: (events) => told.push(['queued', events]),
        grouped: (calls, events) => told.push(['grouped', calls, events]),
      },
    });
    const appends = [1, 2, 3].map((n) => grouped.append([eventOf(n), eventOf(n + 10)]));
    await letOne();
    await letOne();
    await Promise.all(appends);
    expect(told).toEqual([
      ['queued', 2],
      ['queued', 0],
      ['grouped', 1, 2],
      ['queued', 2],
      ['queued', 4],
      ['queued', 0],
      ['grouped', 2, 4],
    ]);
  });

  test('closes the store after what was waiting is stored', async () => {
    const { store, calls, letOne } = createGatedStore();
    const grouped = withGroupCommit(store);
    const appends = [1, 2].map((n) => grouped.append([eventOf(n)]));
    const closed = grouped.close();
    await letOne();
    await letOne();
    await Promise.all([...appends, closed]);
    expect(calls.map((events) => events.length)).toEqual([1, 1, 0]);
  });
});

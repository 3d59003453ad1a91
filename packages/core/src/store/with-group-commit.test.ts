import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createStubEventStore } from '../../test/stub-event-store.ts';
import { createStoreFullError, createStoreUnavailableError } from '../errors.ts';
import type { Event } from '../event/event.ts';
import { nextTurn } from '../runtime/event-loop.ts';
import type { AppendOutcome, EventStorePort } from './event-store-port.ts';
import { withGroupCommit } from './with-group-commit.ts';

const eventOf = (n: number, payload = {}): Event => ({
  id: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
  event_type: 'test',
  timestamp: '2025-01-01T12:00:00Z',
  payload,
});

const POISON = eventOf(66);

const kindsOf = (outcomes: readonly (readonly AppendOutcome[])[]) => outcomes.flat().map((of) => Object.keys(of)[0]);

/** A store that keeps ids, reports a conflict for event 66, fails with `failure`, and waits in each call for the test. */
function createGatedStore(failure?: Error) {
  const calls: (readonly (readonly Event[])[])[] = [];
  const gates: (() => void)[] = [];
  const stored = new Set<string>();
  const appendOne = (events: readonly Event[]): AppendOutcome => {
    if (events.some(({ id }) => id === POISON.id)) return { conflicts: [POISON.id] };
    const results = events.map((event) => ({ event, stored: !stored.has(event.id) }));
    for (const { id } of events) stored.add(id);
    return { results };
  };
  const store: EventStorePort = {
    ...createStubEventStore(),
    append: async (batches) => {
      calls.push(batches);
      await new Promise<void>((resolve) => gates.push(resolve));
      if (failure) throw failure;
      return batches.map(appendOne);
    },
    close: async () => {
      calls.push([]);
    },
  };
  /** Lets the running call finish, and waits until the next one has begun. */
  const letOne = async (): Promise<void> => {
    gates.shift()?.();
    // The first turn begins before the call has finished, and the group commit then waits for one.
    for (let turn = 0; turn < 2; turn++) await nextTurn();
  };
  return { store, calls, stored, letOne };
}

describe('withGroupCommit', () => {
  test('passes an append on immediately if the store is idle', () => {
    const { store, calls } = createGatedStore();
    void withGroupCommit(store).append([[eventOf(1)]]);
    expect(calls).toHaveLength(1);
  });

  test('combines the appends to a busy store in one call, in order', async () => {
    const { store, calls, letOne } = createGatedStore();
    const grouped = withGroupCommit(store);
    const appends = [1, 2, 3, 4].map((n) => grouped.append([[eventOf(n), eventOf(n + 10)]]));
    await letOne();
    await letOne();
    await Promise.all(appends);
    expect(calls.map((batches) => batches.flat().length)).toEqual([2, 6]);
    expect(calls[1]?.flat().map(({ id }) => Number(id.slice(-2)))).toEqual([2, 12, 3, 13, 4, 14]);
  });

  test('tries each append of a group alone if the store does not have space for all', async () => {
    const { store, stored } = createGatedStore();
    const space = 3;
    const append: EventStorePort['append'] = async (batches) => {
      const ids = batches.flat().map(({ id }) => id);
      if (stored.size + ids.length > space) throw createStoreFullError('full');
      for (const id of ids) stored.add(id);
      return batches.map(() => ({ results: [] }));
    };
    const grouped = withGroupCommit({ ...store, append });
    const appends = [[1], [2, 3, 4], [5], [6]].map((numbers) => grouped.append([numbers.map((n) => eventOf(n))]));
    const settled = await Promise.allSettled(appends);
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
    expect([...stored]).toEqual([1, 5, 6].map((n) => eventOf(n).id));
  });

  test('keeps callers together that append again as soon as they are stored', async () => {
    const { store, calls, letOne } = createGatedStore();
    const grouped = withGroupCommit(store);
    const callers = [1, 2, 3, 4].map(async (n) => {
      for (let round = 0; round < 3; round++) await grouped.append([[eventOf(10 * round + n)]]);
    });
    for (let call = 0; call < 4; call++) await letOne();
    await Promise.all(callers);
    expect(calls.map((batches) => batches.length)).toEqual([1, 4, 4, 3]);
  });

  test('returns to each call the results of its events', async () => {
    const { store, letOne } = createGatedStore();
    const grouped = withGroupCommit(store);
    const appends = [[eventOf(1)], [eventOf(2), eventOf(1)], [], [eventOf(3)]].map((events) =>
      grouped.append([events]),
    );
    await letOne();
    await letOne();
    const results = await Promise.all(appends);
    expect(
      results.flat().map((outcome) => 'results' in outcome && outcome.results.map(({ stored }) => stored)),
    ).toEqual([[true], [true, false], [], [true]]);
  });

  test('rejects only the caller of a conflict, without another call', async () => {
    const { store, letOne, stored, calls } = createGatedStore();
    const grouped = withGroupCommit(store);
    const appends = [[eventOf(1)], [eventOf(2)], [POISON], [eventOf(3)]].map((events) => grouped.append([events]));
    await letOne();
    await letOne();
    expect(kindsOf(await Promise.all(appends))).toEqual(['results', 'results', 'conflicts', 'results']);
    expect(stored.size).toBe(3);
    expect(calls).toHaveLength(2);
  });

  test('returns the outcome of each batch to a call of several batches', async () => {
    const { store, letOne } = createGatedStore();
    const grouped = withGroupCommit(store);
    const appends = [[[eventOf(1)]], [[eventOf(2)], [POISON], []], [[eventOf(3)]]].map((batches) =>
      grouped.append(batches),
    );
    await letOne();
    await letOne();
    expect((await Promise.all(appends)).map((outcomes) => kindsOf([outcomes]))).toEqual([
      ['results'],
      ['results', 'conflicts', 'results'],
      ['results'],
    ]);
  });

  test('rejects the whole group if the store is unavailable, without another call', async () => {
    const { store, calls, letOne } = createGatedStore(createStoreUnavailableError('away'));
    const grouped = withGroupCommit(store);
    const settled = Promise.allSettled([1, 2, 3].map((n) => grouped.append([[eventOf(n)]])));
    await letOne();
    await letOne();
    expect((await settled).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(calls).toHaveLength(2);
  });

  test('begins another group when a group is full', async () => {
    const { store, calls, letOne } = createGatedStore();
    const grouped = withGroupCommit(store, { maxGroupEvents: 3 });
    const appends = [1, 2, 3, 4].map((n) => grouped.append([[eventOf(n), eventOf(n + 10)]]));
    for (let i = 0; i < 4; i++) await letOne();
    await Promise.all(appends);
    expect(calls.map((batches) => batches.flat().length)).toEqual([2, 2, 2, 2]);
  });

  test('rejects an append to a full queue with overloaded, and stores it when it is retried', async () => {
    const { store, letOne } = createGatedStore();
    const grouped = withGroupCommit(store, { maxQueuedBytes: 2_000 });
    const text = 'x'.repeat(1_500);
    const first = grouped.append([[eventOf(1)]]);
    const second = grouped.append([[eventOf(2, { text })]]);
    await expect(grouped.append([[eventOf(4, { text })]])).rejects.toMatchObject({ code: 'overloaded' });
    await letOne();
    await letOne();
    await Promise.all([first, second]);
    const again = grouped.append([[eventOf(4, { text })]]);
    await letOne();
    await expect(again).resolves.toMatchObject([{ results: [{ stored: true }] }]);
  });

  test('stores a call that is larger than the queue if the queue is empty', async () => {
    const { store, letOne } = createGatedStore();
    const append = withGroupCommit(store, { maxQueuedBytes: 1 }).append([[eventOf(1), eventOf(2)]]);
    await letOne();
    await expect(append).resolves.toMatchObject([{ results: [{ stored: true }, { stored: true }] }]);
  });

  test('has room for thirty clients with batches of 10,000 events and 8 MiB', async () => {
    const { store, letOne } = createGatedStore();
    const grouped = withGroupCommit(store);
    // As JSON, an event of about 830 bytes.
    const payload = { text: 'x'.repeat(720), n: 1 };
    const batch = Array.from({ length: 10_000 }, (_, n) => Object.freeze(eventOf(n + 100, Object.freeze(payload))));
    expect(JSON.stringify(batch).length).toBeGreaterThan(8 * 1024 ** 2);
    const appends = Array.from({ length: 30 }, () => grouped.append([batch]));
    for (let n = 0; n < 30; n++) await letOne();
    const stored = (await Promise.all(appends)).map(([of]) => of && 'results' in of && of.results.length);
    expect(stored).toEqual(Array(30).fill(10_000));
  });

  test('reports waiting events and groups to an observer', async () => {
    const { store, letOne } = createGatedStore();
    const reported: (string | number)[][] = [];
    const grouped = withGroupCommit(store, {
      observer: {
        queued: (events) => reported.push(['queued', events]),
        grouped: (calls, events) => reported.push(['grouped', calls, events]),
      },
    });
    const appends = [1, 2, 3].map((n) => grouped.append([[eventOf(n), eventOf(n + 10)]]));
    await letOne();
    await letOne();
    await Promise.all(appends);
    expect(reported).toEqual([
      ['queued', 2],
      ['queued', 0],
      ['grouped', 1, 2],
      ['queued', 2],
      ['queued', 4],
      ['queued', 0],
      ['grouped', 2, 4],
    ]);
  });

  describe('with a deadline', () => {
    beforeEach(() => {
      vi.useFakeTimers();
    });
    afterEach(() => {
      vi.useRealTimers();
    });

    test('deletes waiting appends from the queue, so that only a running one can be stored after its error', async () => {
      const { store, calls, stored, letOne } = createGatedStore();
      const reported: number[] = [];
      const observer = { queued: (events: number) => reported.push(events), grouped: () => {} };
      const grouped = withGroupCommit(store, { appendMs: 1_000, observer });
      const settled = Promise.allSettled(Array.from({ length: 20 }, (_, n) => grouped.append([[eventOf(n)]])));
      await vi.advanceTimersByTimeAsync(1_000);
      const codes = (await settled).map((outcome) => outcome.status === 'rejected' && outcome.reason.code);
      expect(codes).toEqual(['store_timeout', ...Array(19).fill('overloaded')]);
      expect(reported.at(-1)).toBe(0);
      vi.useRealTimers();
      await letOne();
      await letOne();
      expect(calls).toHaveLength(1);
      expect([...stored]).toEqual([eventOf(0).id]);
    });

    test('leaves no timer behind', async () => {
      const { store, letOne } = createGatedStore();
      const append = withGroupCommit(store, { appendMs: 1_000 }).append([[eventOf(1)]]);
      const opened = letOne();
      await vi.advanceTimersByTimeAsync(1);
      await Promise.all([opened, append]);
      expect(vi.getTimerCount()).toBe(0);
    });
  });

  test('closes the store after waiting appends are stored', async () => {
    const { store, calls, letOne } = createGatedStore();
    const grouped = withGroupCommit(store);
    const appends = [1, 2].map((n) => grouped.append([[eventOf(n)]]));
    const closed = grouped.close();
    await letOne();
    await letOne();
    await Promise.all([...appends, closed]);
    expect(calls.map((batches) => batches.flat().length)).toEqual([1, 1, 0]);
  });
});

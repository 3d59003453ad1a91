import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createStubEventStore } from '../../test/stub-event-store.ts';
import type { Event } from '../event/event.ts';
import { composeStore } from './compose-store.ts';
import type { AppendOutcome, EventStorePort } from './event-store-port.ts';

const EVENT: Event = {
  id: '017f22e2-79b0-7cc3-98c4-dc0c0c07398f',
  event_type: 'login',
  timestamp: '2025-01-01T12:00:00Z',
  payload: {},
};
const deadlines = { appendMs: 100 };
const codeOf = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => 'resolved',
    (error: { readonly code: string }) => error.code,
  );

/** A store whose appends never settle, and counts them. */
function createHangingStore() {
  const calls: number[] = [];
  const store: EventStorePort = {
    ...createStubEventStore(),
    append: (batches) => {
      calls.push(batches.length);
      return new Promise<readonly AppendOutcome[]>(() => {});
    },
  };
  return { store, calls };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('composeStore', () => {
  test('continues with the next group when a call of the store hangs', async () => {
    const { store, calls } = createHangingStore();
    const composed = composeStore(store, { name: 'it', deadlines, groupCommit: true });
    const first = codeOf(composed.append([[EVENT]]));
    await vi.advanceTimersByTimeAsync(50);
    const second = codeOf(composed.append([[EVENT]]));
    await vi.advanceTimersByTimeAsync(100);
    expect([await first, await second]).toEqual(['store_timeout', 'store_timeout']);
    expect(calls).toEqual([1, 1]);
  });

  test('closes after the appends that wait for their group have settled', async () => {
    const { store } = createHangingStore();
    let isClosed = false;
    const close = async (): Promise<void> => {
      isClosed = true;
    };
    const closing = { ...store, close };
    const composed = composeStore(closing, { name: 'it', deadlines, groupCommit: true });
    const calls = [composed.append([[EVENT]]), composed.append([[EVENT]])].map(codeOf);
    const closed = composed.close();
    expect(await codeOf(composed.append([[EVENT]]))).toBe('store_unavailable');
    await vi.advanceTimersByTimeAsync(79);
    expect(isClosed).toBe(false);
    await vi.advanceTimersByTimeAsync(100);
    await closed;
    expect(await Promise.all(calls)).toEqual(['store_timeout', 'overloaded']);
    expect(isClosed).toBe(true);
  });

  test('closes the store at the end of a block', async () => {
    let closed = 0;
    const close = async (): Promise<void> => {
      closed++;
    };
    {
      await using composed = composeStore({ ...createStubEventStore(), close }, { name: 'it', groupCommit: true });
      await composed.ping();
      expect(closed).toBe(0);
    }
    expect(closed).toBe(1);
  });

  test.each([true, false])('rejects where a call of the store throws (group commit: %s)', async (groupCommit) => {
    const failure = new Error('not a promise');
    const fail = (): never => {
      throw failure;
    };
    const composed = composeStore({ ...createStubEventStore(), append: fail, ping: fail }, { name: 'it', groupCommit });
    await expect(composed.append([[EVENT]])).rejects.toBe(failure);
    await expect(composed.ping()).rejects.toBe(failure);
    await vi.advanceTimersByTimeAsync(0); // the turn of the event loop after a group
    expect(vi.getTimerCount()).toBe(0);
    await composed.close();
  });

  test('limits and closes a store without group commit, too', async () => {
    const { store, calls } = createHangingStore();
    const composed = composeStore(store, { name: 'it', deadlines, groupCommit: false });
    const appends = [composed.append([[EVENT]]), composed.append([[EVENT]])].map(codeOf);
    expect(calls).toEqual([1, 1]);
    await vi.advanceTimersByTimeAsync(100);
    expect(await Promise.all(appends)).toEqual(['store_timeout', 'store_timeout']);
    await composed.close();
    await expect(composed.ping()).rejects.toThrow('it is closed');
  });
});

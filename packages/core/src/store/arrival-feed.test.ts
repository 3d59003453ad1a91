import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createStubEventStore } from '../../test/stub-event-store.ts';
import { createArrivalFeed } from './arrival-feed.ts';
import { BEFORE_ALL } from './event-store-port.ts';

/** More than one group of followers that wake up together. */
const FOLLOWERS = 120;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

test('reads the store less often while nothing arrives, and soon after the last event', async () => {
  const store = createStubEventStore();
  const readAt: number[] = [];
  const watched = {
    ...store,
    readAfter: (...call: Parameters<typeof store.readAfter>) => {
      readAt.push(Date.now());
      return store.readAfter(...call);
    },
  };
  const feed = createArrivalFeed(watched, Date.now);
  const controller = new AbortController();
  const followers = Array.from({ length: FOLLOWERS }, async () => {
    for (let after = BEFORE_ALL; ; ) {
      await feed.waitAfter(after, controller.signal);
      after = (await feed.read(after, controller.signal)).next;
    }
  });

  await vi.advanceTimersByTimeAsync(2_000);
  expect(gapsOf(readAt).at(-1)).toBe(250);

  const before = readAt.length;
  await store.append([[{ id: '1', event_type: 'a', timestamp: '2025-01-01T12:00:00Z', payload: {} }]]); // by another process
  await vi.advanceTimersByTimeAsync(500);
  expect(gapsOf(readAt.slice(before))).toContain(50);

  controller.abort(new Error('enough'));
  await Promise.allSettled(followers);
});

function gapsOf(times: readonly number[]): number[] {
  return times.slice(1).map((time, index) => time - (times[index] ?? Number.NaN));
}

import { describe, expect, test } from 'vitest';
import type { Event } from '../event/event.ts';
import { createAppendQueue, type WaitingAppend } from './append-queue.ts';

function appendOf(eventCount: number, payload: Event['payload'] = {}): WaitingAppend {
  const event = { id: '', event_type: 'test', timestamp: '2025-01-01T12:00:00Z', payload };
  return { batches: [Array(eventCount).fill(event)], eventCount, resolve: () => {}, reject: () => {} };
}

describe('createAppendQueue', () => {
  test('groups appends in order, up to a number of events and bytes', () => {
    const queue = createAppendQueue({ maxGroupEvents: 3, maxGroupBytes: 10_000 });
    const appends = [appendOf(2), appendOf(1), appendOf(2), appendOf(9), appendOf(1, { text: 'x'.repeat(20_000) })];
    for (const append of appends) queue.push(append);
    expect(queue.events).toBe(15);
    const groups = [queue.takeGroup(), queue.takeGroup(), queue.takeGroup(), queue.takeGroup()];
    expect(groups).toEqual([appends.slice(0, 2), [appends[2]], [appends[3]], [appends[4]]]);
    expect([queue.length, queue.events]).toEqual([0, 0]);
  });

  test('deletes a waiting append, and returns false for any other', () => {
    const queue = createAppendQueue();
    const [first, second] = [appendOf(1), appendOf(2)];
    queue.push(first);
    queue.push(second);
    expect([queue.delete(first), queue.delete(first)]).toEqual([true, false]);
    expect(queue.events).toBe(2);
    expect(queue.takeGroup()).toEqual([second]);
  });

  test('counts the bytes of waiting appends, without deleted ones', () => {
    const queue = createAppendQueue({ maxQueuedBytes: 3_000 });
    const large = () => appendOf(1, { list: [{ text: 'x'.repeat(1_900) }] });
    const first = large();
    queue.push(first);
    expect(() => queue.push(large())).toThrow(expect.objectContaining({ code: 'overloaded' }));
    queue.delete(first);
    queue.push(large());
    queue.takeGroup();
    queue.push(large());
  });

  test('suggests a longer delay the more events wait, from a second to a minute', () => {
    const queue = createAppendQueue();
    const retryAfterMs = () => queue.overloaded('busy').retryAfterMs;
    queue.measured(1_000, 500);
    expect(retryAfterMs()).toBe(1_000);
    queue.push(appendOf(10_000));
    expect(retryAfterMs()).toBe(5_000);
    queue.push(appendOf(10_000));
    expect(retryAfterMs()).toBe(10_000);
    for (let n = 0; n < 30; n++) queue.push(appendOf(10_000));
    expect(retryAfterMs()).toBe(60_000);
  });
});

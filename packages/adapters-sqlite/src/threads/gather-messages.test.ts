import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { gatherMessages } from './gather-messages.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setImmediate', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

function gather() {
  const posts: (readonly number[])[] = [];
  return { posts, send: gatherMessages<number>((messages) => posts.push(messages)) };
}

test('sends the messages of a turn together, in order', () => {
  const { posts, send } = gather();
  send(1);
  send(2);
  expect(posts).toEqual([]);
  vi.advanceTimersByTime(0);
  send(3);
  vi.advanceTimersByTime(0);
  expect(posts).toEqual([[1, 2], [3]]);
});

test('does not hold a message back longer than a millisecond while a turn lasts', () => {
  const { posts, send } = gather();
  send(1);
  vi.advanceTimersByTime(0);
  send(2);
  const later = performance.now() + 2;
  vi.spyOn(performance, 'now').mockReturnValue(later);
  send(3);
  expect(posts).toEqual([[1], [2, 3]]);
  vi.advanceTimersByTime(0);
  expect(posts).toEqual([[1], [2, 3]]);
});

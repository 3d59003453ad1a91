import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createOutbox } from './outbox.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setImmediate', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

function openOutbox() {
  const posts: (readonly number[])[] = [];
  return { posts, outbox: createOutbox<number>((messages) => posts.push(messages)) };
}

test('sends the messages of a turn together, in order', () => {
  const { posts, outbox } = openOutbox();
  outbox.send(1, true);
  outbox.send(2, true);
  expect(posts).toEqual([]);
  vi.advanceTimersByTime(0);
  outbox.send(3, true);
  vi.advanceTimersByTime(0);
  expect(posts).toEqual([[1, 2], [3]]);
});

test('sends a message that cannot wait immediately, after those that wait', () => {
  const { posts, outbox } = openOutbox();
  outbox.send(1, true);
  outbox.send(2, false);
  expect(posts).toEqual([[1, 2]]);
  vi.advanceTimersByTime(0);
  expect(posts).toEqual([[1, 2]]);
});

test('does not hold a message back for longer than a millisecond while a turn lasts', () => {
  const { posts, outbox } = openOutbox();
  outbox.send(1, true);
  const later = performance.now() + 2;
  vi.spyOn(performance, 'now').mockReturnValue(later);
  outbox.send(2, true);
  expect(posts).toEqual([[1, 2]]);
});

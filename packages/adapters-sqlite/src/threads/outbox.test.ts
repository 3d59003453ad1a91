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

test('sends the first message of a turn immediately, and the others together at its end', () => {
  const { posts, outbox } = openOutbox();
  for (const n of [1, 2, 3]) outbox.send(n, true);
  expect(posts).toEqual([[1]]);
  vi.advanceTimersByTime(0);
  expect(posts).toEqual([[1], [2, 3]]);
  outbox.send(4, true);
  vi.advanceTimersByTime(0);
  expect(posts).toEqual([[1], [2, 3], [4]]);
});

test('sends a message that cannot wait immediately, after those that wait', () => {
  const { posts, outbox } = openOutbox();
  for (const n of [1, 2]) outbox.send(n, true);
  outbox.send(3, false);
  expect(posts).toEqual([[1], [2, 3]]);
  outbox.send(4, true);
  outbox.flush();
  vi.advanceTimersByTime(0);
  expect(posts).toEqual([[1], [2, 3], [4]]);
});

test('does not hold a message back for longer than a millisecond while a turn lasts', () => {
  const { posts, outbox } = openOutbox();
  for (const n of [1, 2]) outbox.send(n, true);
  const later = performance.now() + 2;
  vi.spyOn(performance, 'now').mockReturnValue(later);
  outbox.send(3, true);
  expect(posts).toEqual([[1], [2, 3]]);
});

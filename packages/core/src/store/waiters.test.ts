import { expect, test } from 'vitest';
import { createCancellation } from '../runtime/abort.ts';
import { nextTurn } from '../runtime/event-loop.ts';
import { createWaiters } from './waiters.ts';

test('wakes a thousand followers in several turns of the event loop', async () => {
  const waiters = createWaiters(() => {});
  const all = Array.from({ length: 1_000 }, () => waiters.join(1n, undefined));
  waiters.wake(2n);
  expect(waiters.count).toBeGreaterThan(500);
  let turns = 0;
  for (; waiters.count > 0; turns++) await nextTurn();
  expect(turns).toBeGreaterThan(5);
  await Promise.all(all);
});

test('wakes only followers that wait for earlier events', async () => {
  const waiters = createWaiters(() => {});
  const early = waiters.join(1n, undefined);
  void waiters.join(2n, undefined);
  waiters.wake(2n);
  await early;
  expect(waiters.count).toBe(1);
});

test('rejects a follower that leaves before its group is woken', async () => {
  const waiters = createWaiters(() => {});
  const { signal, cancel } = createCancellation();
  const others = Array.from({ length: 200 }, () => waiters.join(1n, undefined));
  const last = waiters.join(1n, signal);
  waiters.wake(2n);
  cancel('left');
  await expect(last).rejects.toBe('left');
  await Promise.all(others);
});

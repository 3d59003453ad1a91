import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openWhenReachable } from './open-when-reachable.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const UNREACHABLE = new Error('connection refused');
const OTHER = new Error('wrong password');
const MAPPED = new Error('mapped');

function openWith(outcomes: readonly (Error | string)[]) {
  const attempts = [...outcomes];
  const open = vi.fn(async () => {
    const outcome = attempts.length > 1 ? attempts.shift() : attempts[0];
    if (outcome instanceof Error) throw outcome;
    return outcome;
  });
  const onWaiting = vi.fn();
  const opened = openWhenReachable(open, {
    timeoutMs: 2_000,
    isUnreachable: (error): error is Error => error === UNREACHABLE,
    toStoreError: () => MAPPED,
    onWaiting,
  });
  return { open, onWaiting, outcome: opened.catch((error: unknown) => error) };
}

test('retries while the server is not reachable, and reports the reason once', async () => {
  const { open, onWaiting, outcome } = openWith([UNREACHABLE, UNREACHABLE, 'opened']);
  await vi.runAllTimersAsync();
  expect(await outcome).toBe('opened');
  expect(open).toHaveBeenCalledTimes(3);
  expect(onWaiting.mock.calls).toEqual([[MAPPED]]);
});

test('does not retry after another error', async () => {
  const { open, onWaiting, outcome } = openWith([OTHER, 'opened']);
  expect(await outcome).toBe(MAPPED);
  expect(open).toHaveBeenCalledTimes(1);
  expect(onWaiting).not.toHaveBeenCalled();
  expect(vi.getTimerCount()).toBe(0);
});

test('rejects with the last error after the timeout', async () => {
  const { open, outcome } = openWith([UNREACHABLE]);
  await vi.advanceTimersByTimeAsync(1_900);
  const attempts = open.mock.calls.length;
  expect(attempts).toBeGreaterThan(1);
  await vi.runAllTimersAsync();
  expect(await outcome).toBe(MAPPED);
  expect(open).toHaveBeenCalledTimes(attempts + 1);
});

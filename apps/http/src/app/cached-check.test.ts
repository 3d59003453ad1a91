import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { cacheCheck } from './cached-check.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('a check runs once a second, whatever its result', async () => {
  let checks = 0;
  let failure: Error | undefined;
  const check = cacheCheck(async () => {
    checks++;
    if (failure) throw failure;
  });
  for (let n = 0; n < 100; n++) await check();
  expect(checks).toBe(1);
  failure = new Error('away');
  await vi.advanceTimersByTimeAsync(1_000);
  for (let n = 0; n < 100; n++) await expect(check()).rejects.toThrow('away');
  expect(checks).toBe(2);
  failure = undefined;
  await vi.advanceTimersByTimeAsync(1_000);
  await check();
  expect(checks).toBe(3);
});

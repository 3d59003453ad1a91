import { createOverloadedError } from '@event-tracker/core/schemas';
import { createStoreTimeoutError } from '@event-tracker/core/store';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { parseRetryAfter } from './read-error.ts';
import { chooseDelay, createRetries } from './retries.ts';

const OVERLOADED = createOverloadedError('later', { retryAfterMs: 0 });

describe('chooseDelay', () => {
  const delays = (failures: number, retryAfterMs?: number): number[] =>
    Array.from({ length: 1_000 }, () => chooseDelay(failures, { retryAfterMs }));

  test.each([
    [0, undefined, 50, 100],
    [1, undefined, 100, 200],
    [5, undefined, 1_600, 3_200],
    [7, undefined, 5_000, 10_000],
    [2_000, undefined, 5_000, 10_000],
    [0, 2_000, 2_000, 2_050],
    [7, 60_000, 60_000, 65_000],
  ])('after %i failures and Retry-After %o is from %i to %i ms', (failures, retryAfterMs, least, greatest) => {
    const found = delays(failures, retryAfterMs);
    expect(Math.min(...found)).toBeGreaterThanOrEqual(least);
    expect(Math.max(...found)).toBeLessThanOrEqual(greatest);
    expect(new Set(found).size).toBeGreaterThan(900);
  });
});

describe('createRetries', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test('waits between attempts until retryForMs is over, and again after progress', async () => {
    const retries = createRetries({ policy: 'temporary failures', retryForMs: 10_000 });
    for (let round = 0; round < 3; round++) {
      const startedAt = Date.now();
      let attempts = 0;
      for (;;) {
        const outcome = retries.waitAfter(OVERLOADED).then(
          () => 'waited',
          () => 'rejected',
        );
        await vi.runAllTimersAsync();
        if ((await outcome) === 'rejected') break;
        attempts++;
      }
      expect(attempts).toBeGreaterThan(5);
      expect(Date.now() - startedAt).toBeLessThanOrEqual(10_000);
      retries.reset();
    }
  });

  test('rejects with the reason of the signal while it waits, and leaves no timer behind', async () => {
    const controller = new AbortController();
    const retries = createRetries({ policy: 'temporary failures', retryForMs: 10_000, signal: controller.signal });
    const waiting = expect(retries.waitAfter(OVERLOADED)).rejects.toThrow('enough');
    controller.abort(new Error('enough'));
    await waiting;
    expect(vi.getTimerCount()).toBe(0);
  });

  test('rejects immediately if a retry could have another result', async () => {
    const retries = createRetries({ policy: 'failures without effect', retryForMs: 10_000 });
    await expect(retries.waitAfter(createStoreTimeoutError('slow'))).rejects.toThrow('slow');
    await expect(retries.waitAfter(new TypeError('a defect'))).rejects.toThrow('a defect');
  });
});

describe('parseRetryAfter', () => {
  test.each([
    ['0', 0],
    ['7', 7_000],
    ['Wed, 01 Jan 2025 12:00:30 GMT', 30_000],
    ['Wed, 01 Jan 2025 11:00:00 GMT', 0],
    ['soon', undefined],
    [null, undefined],
  ])('reads %j', (text, ms) => {
    expect(parseRetryAfter(text, Date.UTC(2025, 0, 1, 12))).toBe(ms);
  });
});

import { describe, expect, test } from 'vitest';
import { createLimiterStore } from './limiter-store.ts';
import { createPolicy } from './policy.ts';
import type { SharedCounts } from './shared-counts.ts';

const LIMIT = { quota: 2, windowMs: 60_000 };

function storeOver(shared?: SharedCounts) {
  const store = createLimiterStore(createPolicy('default', LIMIT, shared));
  return { ...store, hits: async () => (await store.increment('client')).totalHits };
}

/** A Redis where another server has counted already. */
function sharedCounts(used: number, isGranted: boolean): SharedCounts {
  return {
    take: async () => ({ isGranted, used, leftMs: 1_000 }),
    isDegraded: () => false,
    close: () => {},
  };
}

describe('the store of the limiter', () => {
  test('counts up to the limit, and stays one above it however many requests follow', async () => {
    const { hits } = storeOver();
    expect([await hits(), await hits(), await hits(), await hits()]).toEqual([1, 2, 3, 3]);
  });

  test('has the time at which the window ends', async () => {
    const before = Date.now();
    const { resetTime } = await storeOver().increment('client');
    expect(resetTime?.getTime()).toBeGreaterThanOrEqual(before + LIMIT.windowMs);
    expect(resetTime?.getTime()).toBeLessThanOrEqual(Date.now() + LIMIT.windowMs);
  });

  test('returns synchronously if it counts alone', () => {
    expect(storeOver().increment('client')).not.toBeInstanceOf(Promise);
  });

  test('counts what other servers have granted and refused', async () => {
    expect(await storeOver(sharedCounts(2, true)).hits()).toBe(2);
    expect(await storeOver(sharedCounts(2, false)).hits()).toBe(3);
  });

  test('gives back one request, and never more than was taken', async () => {
    const { hits, decrement } = storeOver();
    await hits();
    for (let i = 0; i < 3; i++) await decrement('client');
    expect([await hits(), await hits(), await hits()]).toEqual([1, 2, 3]);
  });

  test('forgets all that a client has used', async () => {
    const { hits, resetKey } = storeOver();
    for (let i = 0; i < 3; i++) await hits();
    await resetKey('client');
    expect(await hits()).toBe(1);
  });
});

import { describe, expect, test } from 'vitest';
import { createLimiterStore } from './limiter-store.ts';
import { createPolicy } from './policy.ts';
import type { SharedCounts } from './shared-counts.ts';

const LIMIT = { quota: 2, windowMs: 60_000 };

function storeOver(shared?: SharedCounts) {
  const store = createLimiterStore(createPolicy('default', LIMIT, shared));
  return { ...store, hits: async () => (await store.increment('client')).totalHits };
}

/** A Redis with counts of another server. */
function sharedCounts(used: number, isGranted: boolean): SharedCounts {
  return {
    take: async () => ({ isGranted, used, leftMs: 1_000 }),
    isDegraded: () => false,
    close: () => {},
  };
}

describe('the store of the limiter', () => {
  test('counts up to one above the limit for any number of requests', async () => {
    const { hits } = storeOver();
    expect([await hits(), await hits(), await hits(), await hits()]).toEqual([1, 2, 3, 3]);
  });

  test('returns the end of the window', async () => {
    const before = Date.now();
    const { resetTime } = await storeOver().increment('client');
    expect(resetTime?.getTime()).toBeGreaterThanOrEqual(before + LIMIT.windowMs);
    expect(resetTime?.getTime()).toBeLessThanOrEqual(Date.now() + LIMIT.windowMs);
  });

  test('returns synchronously without Redis', () => {
    expect(storeOver().increment('client')).not.toBeInstanceOf(Promise);
  });

  test('counts requests of other servers', async () => {
    expect(await storeOver(sharedCounts(2, true)).hits()).toBe(2);
    expect(await storeOver(sharedCounts(2, false)).hits()).toBe(3);
  });

  test('releases one request, and never more than were counted', async () => {
    const { hits, decrement } = storeOver();
    await hits();
    for (let i = 0; i < 3; i++) await decrement('client');
    expect([await hits(), await hits(), await hits()]).toEqual([1, 2, 3]);
  });

  test('resets the count of a client', async () => {
    const { hits, resetKey } = storeOver();
    for (let i = 0; i < 3; i++) await hits();
    await resetKey('client');
    expect(await hits()).toBe(1);
  });
});

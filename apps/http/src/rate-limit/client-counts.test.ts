import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { createClientCounts } from './client-counts.ts';

const WINDOW_MS = 60_000;

/** Counts with a clock that the test sets. */
function createCounts(quota: number, maxClients?: number) {
  let nowMs = 1_000_000;
  const counts = createClientCounts(
    { quota, windowMs: WINDOW_MS },
    { now: () => nowMs, ...(maxClients && { maxClients }) },
  );
  return {
    ...counts,
    move: (ms: number): void => {
      nowMs += ms;
    },
    /** Returns what a client has used, and the rest of its window. */
    known: (client: string) => {
      const { used, resetAtMs } = counts.get(client);
      return [used, resetAtMs - nowMs];
    },
  };
}

describe('a client', () => {
  test('has its quota once per window, which begins with its first request', () => {
    const counts = createCounts(3);
    expect(counts.known('a')).toEqual([0, WINDOW_MS]);
    counts.move(5_000);
    expect([counts.take('a', 1), counts.take('a', 1), counts.take('a', 1), counts.take('a', 1)]).toEqual([
      true,
      true,
      true,
      false,
    ]);
    counts.move(WINDOW_MS - 1);
    expect([counts.take('a', 1), counts.known('a')]).toEqual([false, [3, 1]]);
    counts.move(1);
    expect([counts.take('a', 1), counts.known('a')]).toEqual([true, [1, WINDOW_MS]]);
    expect(counts.take('b', 3)).toBe(true);
  });

  test('consumes nothing if the remaining quota is smaller', () => {
    const counts = createCounts(10);
    expect(counts.take('a', 7)).toBe(true);
    expect(counts.take('a', 4)).toBe(false);
    expect(counts.known('a')).toEqual([7, WINDOW_MS]);
    expect([counts.take('a', 3), counts.take('a', 1)]).toEqual([true, false]);
  });

  test('is not locked out when the clock is set back', () => {
    const counts = createCounts(1);
    counts.take('a', 1);
    counts.move(-10 * WINDOW_MS);
    expect(counts.take('a', 1)).toBe(true);
  });
});

describe('the count of all servers', () => {
  test('replaces a smaller count and an earlier end of the window', () => {
    const counts = createCounts(10);
    counts.take('a', 1);
    counts.learn('a', 1, { isGranted: true, used: 8, leftMs: 20_000 });
    expect(counts.known('a')).toEqual([8, 20_000]);
    expect([counts.take('a', 3), counts.take('a', 2)]).toEqual([false, true]);
  });

  test('releases quota that only this server granted', () => {
    const counts = createCounts(10);
    counts.take('a', 2);
    counts.take('a', 5);
    counts.learn('a', 5, { isGranted: false, used: 7, leftMs: 20_000 });
    expect(counts.known('a')).toEqual([7, 20_000]);
  });

  test('is ignored if it is less than the local count, because it was lost', () => {
    const counts = createCounts(10);
    counts.take('a', 9);
    counts.move(10_000);
    counts.take('a', 1);
    counts.learn('a', 1, { isGranted: true, used: 1, leftMs: WINDOW_MS });
    expect(counts.known('a')).toEqual([10, WINDOW_MS - 10_000]);
  });

  test('applies for at most one window', () => {
    const counts = createCounts(10);
    counts.take('a', 1);
    counts.learn('a', 1, { isGranted: true, used: 20, leftMs: 10 * WINDOW_MS });
    expect(counts.known('a')).toEqual([20, WINDOW_MS]);
    expect(counts.take('a', 1)).toBe(false);
  });
});

describe('a flood of clients', () => {
  const FLOOD = 300_000;

  test('uses a bounded amount of memory', () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const counts = createCounts(6_000);
    collect();
    const before = process.memoryUsage().heapUsed;
    for (let i = 0; i < FLOOD; i++) counts.take(`2001:db8:${i >> 10}:${i & 1023}::/64`, 1 + (i & 1) * 1_000);
    collect();
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(24 * 1024 ** 2);
    expect(counts.take('an ordinary client', 1)).toBe(true);
  });

  test('does not evict a client that has reached its limit', () => {
    const counts = createCounts(100);
    expect(counts.take('abuser', 100)).toBe(true);
    for (let i = 0; i < FLOOD; i++) counts.take(`client ${i}`, 1);
    expect(counts.take('abuser', 1)).toBe(false);
  });

  test.each([2, 3, 19])('does not evict it with a quota of %i either', (quota) => {
    const counts = createCounts(quota, 100);
    expect(counts.take('abuser', quota)).toBe(true);
    for (let i = 0; i < 1_000; i++) counts.take(`client ${i}`, 1);
    expect(counts.take('abuser', 1)).toBe(false);
  });

  test('evicts only the counts of clients that have used little', () => {
    const counts = createCounts(100, 1_000);
    counts.take('light', 9);
    counts.take('heavy', 10);
    for (let i = 0; i < 1_000; i++) counts.take(`client ${i}`, 1);
    expect([counts.known('light')[0], counts.known('heavy')[0]]).toEqual([0, 10]);
  });

  test('does not evict clients that continue to send requests', () => {
    const counts = createCounts(1_000, 1_000);
    for (let i = 0; i < 10_000; i++) {
      counts.take(`client ${i}`, 1);
      if (i % 200 === 0) counts.take('steady', 1);
    }
    expect(counts.known('steady')[0]).toBe(50);
  });
});

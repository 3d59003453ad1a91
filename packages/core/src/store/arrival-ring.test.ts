import { expect, test } from 'vitest';
import { createArrivalRing } from './arrival-ring.ts';
import type { Arrival } from './event-store-port.ts';

let now = 0;
const newRing = () => createArrivalRing(() => now);

/** Returns the arrivals from one sequence to another. */
function arrivals(first: number, last: number): Arrival[] {
  return Array.from({ length: last - first + 1 }, (_, n) => {
    const id = String(first + n);
    return { sequence: BigInt(first + n), event: { id, event_type: 'login', timestamp: '', payload: {} } };
  });
}

function sequencesOf(found: readonly Arrival[] | undefined): number[] | undefined {
  return found?.map(({ sequence }) => Number(sequence));
}

test('an empty ring has no events', () => {
  expect(newRing().read(0n)).toBeUndefined();
});

test('a ring returns the added events, and none at its end', () => {
  const ring = newRing();
  ring.add(arrivals(1, 3), 30);
  ring.add(arrivals(5, 6), 20);
  expect(sequencesOf(ring.read(0n))).toEqual([1, 2, 3]);
  expect(sequencesOf(ring.read(2n))).toEqual([3]);
  expect(sequencesOf(ring.read(3n))).toEqual([5, 6]);
  expect(sequencesOf(ring.read(4n)), 'after a sequence in a gap').toEqual([5, 6]);
  expect(ring.read(6n)).toBeUndefined();
  expect(ring.read(7n)).toBeUndefined();
});

test('a ring that restarts has no earlier events', () => {
  const ring = newRing();
  ring.add(arrivals(1, 3), 30);
  ring.restart(10n);
  expect(ring.read(2n)).toBeUndefined();
  ring.add(arrivals(11, 12), 20);
  expect(ring.read(9n), 'before the ring').toBeUndefined();
  expect(sequencesOf(ring.read(10n))).toEqual([11, 12]);
});

test('a ring drops the oldest events, by number and by size', () => {
  const ring = newRing();
  for (let page = 0; page < 50; page++) ring.add(arrivals(page * 100 + 1, page * 100 + 100), 100);
  expect(ring.read(0n)).toBeUndefined();
  expect(sequencesOf(ring.read(1_000n))).toHaveLength(100);
  ring.add(arrivals(5_001, 5_001), 100 * 1024 ** 2);
  expect(ring.read(4_999n)).toBeUndefined();
  expect(sequencesOf(ring.read(5_000n)), 'the newest page stays, whatever its size').toEqual([5_001]);
});

test('a ring drops events that were read seconds ago, because they may have been deleted', () => {
  const ring = newRing();
  ring.add(arrivals(1, 3), 30);
  now += 4_000;
  ring.add(arrivals(4, 6), 30);
  expect(sequencesOf(ring.read(0n))).toEqual([1, 2, 3]);
  now += 1_001;
  expect(ring.read(0n)).toBeUndefined();
  expect(sequencesOf(ring.read(3n))).toEqual([4, 5, 6]);
  now += 60_000;
  expect(ring.read(3n)).toBeUndefined();
  expect(ring.end).toBe(6n);
});

test('a ring reports which ids it has', () => {
  const ring = newRing();
  ring.add(arrivals(1, 3), 30);
  expect(ring.has(new Set(['2', '9']))).toBe(true);
  expect(ring.has(new Set(['9']))).toBe(false);
});

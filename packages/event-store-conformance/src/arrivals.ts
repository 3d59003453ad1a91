import { setTimeout as sleep } from 'node:timers/promises';
import type { Event } from '@event-tracker/core';
import { type Arrival, BEFORE_ALL, type EventStorePort, type Sequence } from '@event-tracker/core/store';
import { expect } from 'vitest';

/** Time within which a store with `following: 'delayed'` must return stored events. */
const MAX_DELAY_MS = 20_000;
const POLL_MS = 20;

/** Reads a store in order of arrival, as a client does that keeps the last sequence it read. */
export interface ArrivalReader {
  /** All arrivals that were read. */
  readonly arrivals: readonly Arrival[];
  /** Reads at most `limit` events after the last sequence that was read, and expects them to be in order. */
  readPage(store: EventStorePort, limit: number): Promise<readonly Arrival[]>;
}

export function createArrivalReader(from: Sequence = BEFORE_ALL): ArrivalReader {
  const arrivals: Arrival[] = [];
  let after = from;
  return {
    arrivals,
    readPage: async (store, limit) => {
      const page = await store.readAfter({ after, limit });
      expect(page.length, 'events of a page').toBeLessThanOrEqual(limit);
      for (const { sequence } of page) {
        expect(sequence > after, 'a sequence that is greater than the previous one').toBe(true);
        after = sequence;
      }
      arrivals.push(...page);
      return page;
    },
  };
}

/** Reads until a page is not full. For `following: 'delayed'`, also until there are `count` events. */
export async function readArrivals(
  store: EventStorePort,
  count: number,
  { after = BEFORE_ALL, limit = 1_000 } = {},
): Promise<readonly Arrival[]> {
  const reader = createArrivalReader(after);
  await readToEnd(
    reader,
    store,
    () => reader.arrivals.length >= count,
    () => limit,
  );
  return reader.arrivals;
}

/** Reads until a page is not full. For `following: 'delayed'`, also until `isComplete` returns true. */
export async function readToEnd(
  reader: ArrivalReader,
  store: EventStorePort,
  isComplete: () => boolean,
  chooseLimit: () => number,
): Promise<void> {
  const expiresAt = performance.now() + MAX_DELAY_MS;
  for (;;) {
    const limit = chooseLimit();
    const page = await reader.readPage(store, limit);
    if (page.length === limit) continue;
    if (store.guarantees.following === 'exact' || isComplete() || performance.now() > expiresAt) return;
    await sleep(POLL_MS);
  }
}

export function eventsOf(arrivals: readonly Arrival[]): Event[] {
  return arrivals.map(({ event }) => event);
}

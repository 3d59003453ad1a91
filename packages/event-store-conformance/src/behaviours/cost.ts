import { appendBatch, type EventStorePort, epochNanosecondsOf } from '@event-tracker/core/store';
import { expect } from 'vitest';
import type { Behaviours } from '../harness.ts';
import { find, type PageOptions } from '../reading.ts';

const LATE_IN_2025 = epochNanosecondsOf('2025-12-30T00:00:00Z');

/** Pages that are fast only with an index: at both ends, in the middle, of one type. */
const PAGES: Readonly<Record<string, PageOptions>> = {
  'the first events': { order: 'asc' },
  'the last events': { order: 'desc' },
  'events far after the first': {
    order: 'asc',
    after: { epochNanoseconds: LATE_IN_2025, id: '80000000-0000-4000-8000-000000000000' },
  },
  'events of a late range': { filter: { start: LATE_IN_2025 } },
  'events of a rare type': { filter: { event_type: ['rare'] } },
};

export const cost = {
  'reads a page of many stored events about as fast as a page of few': async ({ store, anEvent }) => {
    const few = Array.from({ length: 10 }, () => [
      anEvent({ event_type: 'rare' }),
      ...Array.from({ length: 20 }, () => anEvent()),
    ]);
    await appendBatch(store, few.flat());
    const amongFew = await timePages(store);
    for (let batch = 0; batch < 3; batch++)
      await appendBatch(
        store,
        Array.from({ length: 10_000 }, () => anEvent()),
      );
    const amongMany = await timePages(store);
    for (const name of Object.keys(PAGES)) {
      // The bound allows for a deeper index and an imprecise clock. Reading 30,000 events takes ten times as long.
      const bound = 2 + 5 * (amongFew.get(name) ?? 0);
      expect(amongMany.get(name), `milliseconds for a page of ${name}`).toBeLessThan(bound);
    }
  },
} satisfies Behaviours;

/** Returns the time of each page in milliseconds: the best of many, because other load only increases it. */
async function timePages(store: EventStorePort): Promise<ReadonlyMap<string, number>> {
  const best = new Map<string, number>();
  for (let round = 0; round < 15; round++) {
    for (const [name, options] of Object.entries(PAGES)) {
      const begin = performance.now();
      await find(store, { ...options, limit: 10 });
      best.set(name, Math.min(performance.now() - begin, best.get(name) ?? Number.POSITIVE_INFINITY));
    }
  }
  return best;
}

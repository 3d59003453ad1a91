/*
 * How long a page of 100 events takes, by type and range, among ten thousand events and among a million: the median of
 * a thousand pages from random places. From the repository:
 *
 *   node_modules/.bin/node --conditions=x-src packages/adapters-memory/bench/page-latency.ts
 */
import { createEventTracker } from '@event-tracker/core';
import { createMemoryEventStore } from '../src/index.ts';

const START = Date.UTC(2025, 0, 1);
const TYPES = 10;
const PAGES = 1_000;
const BATCH = 10_000;

async function measure(events: number): Promise<number> {
  const tracker = createEventTracker({ store: createMemoryEventStore({ maxEvents: events }) });
  const timeOf = (n: number): string => new Date(START + n * 1_000).toISOString();
  for (let start = 0; start < events; start += BATCH) {
    await tracker.submitAll(
      Array.from({ length: BATCH }, (_, i) => ({
        event_type: `type.${i % TYPES}`,
        timestamp: timeOf(start + i),
        payload: { n: start + i },
      })),
    );
  }
  const times: number[] = [];
  for (let page = 0; page < PAGES; page++) {
    // Far enough from the end for the page to be full.
    const from = Math.floor(Math.random() * (events - 100 * TYPES));
    const query = { event_type: `type.${page % TYPES}`, start: timeOf(from), end: timeOf(events), limit: 100 };
    const begun = performance.now();
    const { events: found } = await tracker.queryPage(query);
    times.push(performance.now() - begun);
    if (found.length !== 100) throw new Error(`a page of ${found.length}`);
  }
  return times.sort((a, b) => a - b)[PAGES / 2] as number;
}

await measure(10_000); // compiles
for (const events of [10_000, 1_000_000]) {
  process.stdout.write(`${events} events: ${(await measure(events)).toFixed(3)} ms\n`);
}

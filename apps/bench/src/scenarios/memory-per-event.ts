import { createEventTracker, type NewEvent } from '@event-tracker/core';
import { newEventsFrom } from '../events.ts';
import type { Scenario } from '../scenario.ts';
import type { OpenSide } from '../side.ts';
import { compareSides } from '../sides.ts';
import { createRoomyMemoryStore } from '../stores.ts';

const BATCH = 1_000;

export const memoryPerEvent: Scenario = {
  name: 'memory-per-event',
  measure: async (effort) => {
    const { ours, limit } = await compareSides(import.meta.url, effort);
    return [
      {
        what: 'memory per stored event, 1,000,000 small ones, memory',
        ours,
        other: { what: 'the plain objects in a Map', figures: limit },
        unit: 'bytes',
      },
    ];
  },
};

export const ours: OpenSide = ({ many }) => ({
  measure: async () => {
    const store = createRoomyMemoryStore();
    const tracker = createEventTracker({ store });
    return bytesPerEvent(many, store, async (events) => {
      await tracker.submitAll(events);
    });
  },
});

export const limit: OpenSide = ({ many }) => ({
  measure: () => {
    const events = new Map<string, object>();
    return bytesPerEvent(many, events, (batch) => {
      for (const { event_type, timestamp, payload } of batch) {
        const id = crypto.randomUUID();
        events.set(id, { id, event_type, timestamp, payload });
      }
    });
  },
});

/** Returns the growth of the heap for each event that `keep` keeps. */
async function bytesPerEvent(
  events: number,
  keeper: object,
  keep: (events: readonly NewEvent[]) => void | Promise<void>,
): Promise<number> {
  const before = bytesInUse();
  for (let start = 0; start < events; start += BATCH) {
    // Parsed from JSON, so that each event has separate strings, as the events of a request do.
    await keep(JSON.parse(JSON.stringify(newEventsFrom(start, BATCH))) as readonly NewEvent[]);
  }
  const bytes = bytesInUse() - before;
  // The reference prevents an earlier collection.
  return keeper instanceof Object ? bytes / events : Number.NaN;
}

function bytesInUse(): number {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

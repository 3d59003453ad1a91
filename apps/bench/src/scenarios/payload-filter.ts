import type { Event } from '@event-tracker/core';
import { eventsFrom } from '../events.ts';
import type { Scenario } from '../scenario.ts';
import type { OpenSide } from '../side.ts';
import { compareSides } from '../sides.ts';
import { createRoomyMemoryStore, fillStore } from '../stores.ts';

export const payloadFilter: Scenario = {
  name: 'payload-filter',
  measure: async (effort) => {
    const { ours, limit } = await compareSides(import.meta.url, effort);
    return [
      {
        what: 'payload filter over 1,000,000 events, memory',
        ours,
        other: { what: 'a plain loop over the same objects', figures: limit },
        unit: 'events/s',
      },
    ];
  },
};

/** Only the last event matches, so that the filter reads all events. */
export const ours: OpenSide = async ({ many }) => {
  const store = createRoomyMemoryStore();
  await fillStore(store, many);
  const filter = { payload: [{ path: ['n'], op: 'in', operands: [many - 1] }] } as const;
  return {
    measure: async () => {
      const begun = performance.now();
      const found = await store.query({ filter, order: 'asc', limit: 100 });
      const seconds = (performance.now() - begun) / 1_000;
      if (found.length !== 1) throw new Error(`expected 1 event, found ${found.length}`);
      return many / seconds;
    },
  };
};

export const limit: OpenSide = ({ many }) => {
  const events = eventsFrom(0, many);
  return {
    measure: () => {
      const begun = performance.now();
      const found: Event[] = [];
      for (const event of events) if (event.payload.n === many - 1) found.push(event);
      const seconds = (performance.now() - begun) / 1_000;
      if (found.length !== 1) throw new Error(`expected 1 event, found ${found.length}`);
      return many / seconds;
    },
  };
};

import { DEFAULT_LIMITS } from '@event-tracker/core/schemas';
import { appendBatch } from '@event-tracker/core/store';
import { expect } from 'vitest';
import { expectContents, expectResults, expectSameEvents, expectSameSet } from '../expectations.ts';
import type { Behaviours } from '../harness.ts';
import { createModel } from '../model.ts';
import { find, NO_LIMIT } from '../reading.ts';

export const append = {
  'stores every event of a call and returns results in the given order': async ({ store, anEvent }) => {
    const events = Array.from({ length: 20 }, () => anEvent());
    expectResults(
      await appendBatch(store, events),
      events.map((event) => ({ event, stored: true })),
    );
    await expectContents(store, events);
  },

  'returns an empty list for an empty batch and stores nothing': async ({ store, anEvent }) => {
    const event = anEvent();
    await appendBatch(store, [event]);
    expect(await appendBatch(store, [])).toEqual([]);
    await expectContents(store, [event]);
  },

  'keeps stored events when more are stored': async ({ store, anEvent }) => {
    const events = Array.from({ length: 10 }, () => anEvent());
    for (const event of events) await appendBatch(store, [event]);
    await expectContents(store, events);
  },

  'returns stored events to every read that starts afterwards': async ({ store, anEvent }) => {
    for (let round = 0; round < 25; round++) {
      const event_type = `round ${round}`;
      const events = Array.from({ length: 3 }, () => anEvent({ event_type }));
      const [first] = events;
      await appendBatch(store, events);
      const [byId, ascending, descending] = await Promise.all([
        store.get(first?.id ?? ''),
        find(store, { filter: { event_type: [event_type] } }),
        find(store, { filter: { event_type: [event_type] }, order: 'desc' }),
      ]);
      expect(byId?.id, 'the first event by its id').toBe(first?.id);
      expectSameSet(ascending, events, 'ascending');
      expectSameSet(descending, events, 'descending');
    }
  },

  'accepts the largest batch that the tracker accepts': async ({ store, anEvent }) => {
    const events = Array.from({ length: DEFAULT_LIMITS.maxBatchEvents }, () => anEvent());
    expectResults(
      await appendBatch(store, events),
      events.map((event) => ({ event, stored: true })),
    );
    const expected = createModel(events).page({ filter: {}, order: 'asc', limit: NO_LIMIT });
    expectSameEvents(await find(store), expected);
  },
} satisfies Behaviours;

import { type Event, isInvalidCursorError } from '@event-tracker/core';
import { type Arrival, appendBatch } from '@event-tracker/core/store';
import { expect } from 'vitest';
import { createArrivalReader, eventsOf, readArrivals, readToEnd } from '../arrivals.ts';
import { changed, EARLIEST, LATEST } from '../event-builder.ts';
import { expectSameEvents, expectSameSet } from '../expectations.ts';
import type { Behaviours } from '../harness.ts';

const IDENTITY = /^[0-9a-f]{32}$/;

export const arrival = {
  'reads events in the order in which calls were acknowledged, regardless of their timestamps': async ({
    store,
    anEvent,
  }) => {
    const batches: Event[][] = [];
    for (const timestamp of [LATEST, EARLIEST, '2025-01-01T00:00:00Z', LATEST, '1970-01-01T00:00:00Z']) {
      const batch = Array.from({ length: 7 }, () => anEvent({ timestamp }));
      await appendBatch(store, batch);
      batches.push(batch);
    }
    const found = eventsOf(await readArrivals(store, 35));
    for (const [index, batch] of batches.entries()) {
      expectSameSet(found.slice(index * 7, index * 7 + 7), batch, `call ${index}`);
    }
    expect(found).toHaveLength(35);
  },

  'reads the order of arrival in pages of any size, and returns nothing after the last event': async ({
    store,
    anEvent,
    random,
  }) => {
    for (let n = 0; n < 10; n++)
      await appendBatch(
        store,
        Array.from({ length: 20 }, () => anEvent()),
      );
    const all = await readArrivals(store, 200);
    expect(all).toHaveLength(200);
    for (let walk = 0; walk < 5; walk++) {
      const reader = createArrivalReader();
      while ((await reader.readPage(store, 1 + random.integer(40))).length > 0);
      expectSameArrivals(reader.arrivals, all);
    }
  },

  'gives a sequence greater than head() to every event that is acknowledged after it resolves': async ({
    store,
    anEvent,
  }) => {
    for (let round = 0; round < 3; round++) {
      await appendBatch(
        store,
        Array.from({ length: 3 }, () => anEvent()),
      );
      const head = await store.head();
      const later = Array.from({ length: 3 }, () => anEvent());
      await appendBatch(store, later);
      const ids = new Set(later.map(({ id }) => id));
      const reader = createArrivalReader(head);
      const isComplete = () => reader.arrivals.filter(({ event }) => ids.has(event.id)).length === ids.size;
      await readToEnd(reader, store, isComplete, () => 100);
      // A store with `following: 'delayed'` may also return some of the earlier events.
      const found = eventsOf(reader.arrivals);
      expectSameSet(
        found.filter(({ id }) => ids.has(id)),
        later,
        `round ${round}`,
      );
    }
  },

  'reads the first event after the head of an empty store': async ({ store, anEvent }) => {
    const { head } = store;
    const start = await head();
    const event = anEvent();
    await appendBatch(store, [event]);
    expectSameEvents(eventsOf(await readArrivals(store, 1, { after: start })), [event]);
  },

  'does not count duplicates and rejected calls as arrivals': async ({ store, anEvent }) => {
    const events = Array.from({ length: 5 }, () => anEvent());
    await appendBatch(store, events);
    await appendBatch(store, events);
    const other = changed(events[0] ?? anEvent(), { event_type: 'other' });
    await expect(appendBatch(store, [anEvent(), other])).rejects.toThrow();
    const last = anEvent();
    await appendBatch(store, [...events, last]);
    const found = eventsOf(await readArrivals(store, 6));
    expectSameSet(found.slice(0, 5), events);
    expectSameEvents(found.slice(5), [last], 'the last event');
  },

  'does not return deleted events, and continues after an event that was deleted since': async ({ store, anEvent }) => {
    const events = Array.from({ length: 10 }, () => anEvent());
    for (const event of events) await appendBatch(store, [event]);
    const all = await readArrivals(store, 10);
    const deleted = [all[3], all[4], all[9]].flatMap((found) => (found ? [found.event.id] : []));
    await store.delete(deleted);
    const remaining = all.filter(({ event }) => !deleted.includes(event.id));
    expectSameArrivals(await readArrivals(store, 7), remaining);
    const after = all[4]?.sequence ?? 0n;
    expectSameArrivals(await readArrivals(store, 4, { after }), remaining.slice(3));
    const last = all[9]?.sequence ?? 0n;
    expectSameArrivals(await readArrivals(store, 0, { after: last }), []);
    const next = anEvent();
    await appendBatch(store, [next]);
    expectSameEvents(eventsOf(await readArrivals(store, 1, { after: last })), [next], 'the event after it');
  },

  'returns an id again that was deleted and stored again': async ({ store, anEvent }) => {
    const event = anEvent();
    await appendBatch(store, [event]);
    const [first] = await readArrivals(store, 1);
    await store.delete([event.id]);
    const other = changed(event, { payload: { again: true } });
    await appendBatch(store, [other]);
    const [second, ...more] = await readArrivals(store, 1, { after: first?.sequence ?? 0n });
    expectSameEvents(second ? [second.event] : [], [other]);
    expect(more).toEqual([]);
  },

  'rejects a sequence greater than the last one, of any size': async ({ store, anEvent }) => {
    await appendBatch(store, [anEvent()]);
    const [found] = await readArrivals(store, 1);
    const { readAfter } = store;
    for (const after of [2n * (found?.sequence ?? 0n) + 1_000_000n, 2n ** 250n]) {
      await expect(readAfter({ after, limit: 10 })).rejects.toSatisfy(isInvalidCursorError);
    }
  },

  'keeps its identity and sequences after reopening if it keeps events': async ({ store, reopen, anEvent }) => {
    const { id } = store;
    expect(id).toMatch(IDENTITY);
    for (let n = 0; n < 5; n++) await appendBatch(store, [anEvent(), anEvent()]);
    const all = await readArrivals(store, 10);
    await store.delete(all.slice(8).map(({ event }) => event.id));
    await store.close();
    const reopened = await reopen();
    if (store.guarantees.durability === 'process') {
      expect(reopened.id).not.toBe(id);
      return;
    }
    expect(reopened.id).toBe(id);
    expectSameArrivals(await readArrivals(reopened, 8), all.slice(0, 8));
    const last = anEvent();
    await appendBatch(reopened, [last]);
    const found = await readArrivals(reopened, 1, { after: all[9]?.sequence ?? 0n });
    expectSameEvents(eventsOf(found), [last], 'after the deleted events');
  },
} satisfies Behaviours;

function expectSameArrivals(found: readonly Arrival[], expected: readonly Arrival[]): void {
  expectSameEvents(eventsOf(found), eventsOf(expected));
  expect(found.map(({ sequence }) => sequence)).toEqual(expected.map(({ sequence }) => sequence));
}

import type { Event, EventId } from '@event-tracker/core';
import { appendBatch, comparePositions, type PageRequest } from '@event-tracker/core/store';
import { expect } from 'vitest';
import { aggregate, cellOf, expectCells } from '../cells.ts';
import { changed, positionOf, randomId } from '../event-builder.ts';
import { expectContents, expectResults, expectSameEvents } from '../expectations.ts';
import type { Behaviours } from '../harness.ts';
import { find, ORDERS, readPages, readToEnd } from '../reading.ts';
import { byEffort } from '../test-effort.ts';

const ROUNDS = byEffort({ quick: 4, full: 10, long: 10 });
const STEPS = byEffort({ quick: 12, full: 40, long: 40 });

export const deletion = {
  'deletes only the events with the ids, and returns their number': async ({ store, anEvent }) => {
    const events = Array.from({ length: 40 }, () => anEvent());
    await appendBatch(store, events);
    expect(await store.delete(idsOf(events.slice(10, 25)))).toBe(15);
    await expectContents(store, [...events.slice(0, 10), ...events.slice(25)]);
    expect(await store.delete(idsOf(events.slice(0, 1)))).toBe(1);
    await expectContents(store, [...events.slice(1, 10), ...events.slice(25)]);
  },

  'ignores ids without an event, and counts an id once': async ({ store, anEvent, random }) => {
    const [deleted, kept] = [anEvent(), anEvent()];
    await appendBatch(store, [deleted, kept]);
    expect(await store.delete([randomId(random), deleted.id, deleted.id])).toBe(1);
    expect(await store.delete([deleted.id]), 'once more').toBe(0);
    await expectContents(store, [kept]);
  },

  'deletes nothing if the list of ids is empty': async ({ store, anEvent }) => {
    const event = anEvent();
    await appendBatch(store, [event]);
    expect(await store.delete([])).toBe(0);
    await expectContents(store, [event]);
  },

  'deletes a thousand events in one call': async ({ store, anEvent }) => {
    const events = Array.from({ length: 1_200 }, () => anEvent());
    await appendBatch(store, events);
    expect(await store.delete(idsOf(events.slice(0, 1_000)))).toBe(1_000);
    await expectContents(store, events.slice(1_000));
  },

  'returns deleted events to no read that starts afterwards': async ({ store, anEvent }) => {
    for (let round = 0; round < ROUNDS; round++) {
      const event_type = `round ${round}`;
      const [deleted, kept] = [anEvent({ event_type, payload: { n: 1 } }), anEvent({ event_type, payload: { n: 1 } })];
      await appendBatch(store, [deleted, kept]);
      await store.delete([deleted.id]);
      const filter = { event_type: [event_type] };
      const [byId, ascending, descending, byPayload, counts] = await Promise.all([
        store.get(deleted.id),
        find(store, { filter }),
        find(store, { filter: { event_type_prefix: [event_type] }, order: 'desc' }),
        find(store, { filter: { ...filter, payload: [{ path: ['n'], op: 'gte', operand: 1 }] } }),
        aggregate(store, { filter, groupBy: 'event_type' }),
      ]);
      expect(byId, 'by its id').toBeUndefined();
      for (const found of [ascending, descending, byPayload]) expectSameEvents(found, [kept], event_type);
      expectCells(counts, [cellOf({ group: event_type, values: [1] })]);
    }
  },

  'does not return a group whose events are all deleted': async ({ store, anEvent }) => {
    const [deleted, kept] = [anEvent({ event_type: 'deleted' }), anEvent({ event_type: 'kept' })];
    await appendBatch(store, [deleted, kept]);
    await store.delete([deleted.id]);
    expectCells(await aggregate(store, { groupBy: 'event_type' }), [cellOf({ group: 'kept', values: [1] })]);
  },

  'accepts a deleted id again, with any content': async ({ store, anEvent }) => {
    const event = anEvent();
    const other = changed(event, { event_type: 'other', payload: { other: true } });
    await appendBatch(store, [event]);
    await store.delete([event.id]);
    expectResults(await appendBatch(store, [other]), [{ event: other, stored: true }]);
    expectResults(await appendBatch(store, [other]), [{ event: other, stored: false }]);
    await expectContents(store, [other]);
    await store.delete([event.id]);
    expectResults(await appendBatch(store, [event]), [{ event, stored: true }]);
    await expectContents(store, [event]);
  },

  'keeps events deleted after reopening': async ({ store, reopen, anEvent }) => {
    const events = Array.from({ length: 20 }, () => anEvent());
    await appendBatch(store, events);
    await store.delete(idsOf(events.slice(0, 10)));
    await store.close();
    const kept = store.guarantees.durability === 'process' ? [] : events.slice(10);
    await expectContents(await reopen(), kept);
  },

  'counts each event once in concurrent deletions': async ({ store, anEvent }) => {
    const events = Array.from({ length: 300 }, () => anEvent());
    await appendBatch(store, events);
    const slices = [0, 50, 100, 150].flatMap((start) => [
      events.slice(start, start + 150),
      events.slice(start, start + 150).toReversed(),
    ]);
    const counts = await Promise.all(slices.map((slice) => store.delete(idsOf(slice))));
    const sum = counts.reduce((total, count) => total + count, 0);
    if (store.guarantees.conflicts === 'exact') expect(sum, 'counted').toBe(events.length);
    else expect(sum, 'counted').toBeGreaterThanOrEqual(events.length);
    await expectContents(store, []);
  },

  'returns the same events to every read after concurrent appends and deletions': async ({ store, anEvent }) => {
    const events = Array.from({ length: 60 }, () => anEvent());
    for (let round = 0; round < ROUNDS; round++) {
      await Promise.all([
        appendBatch(store, events),
        store.delete(idsOf(events)),
        appendBatch(store, events.toReversed()),
      ]);
      const found = await find(store);
      const byId = await Promise.all(events.map(({ id }) => store.get(id)));
      const expected = inOrder(events.filter((_, index) => byId[index] !== undefined));
      expectSameEvents(found, expected, `round ${round}`);
      const cells = expected.length === 0 ? [] : [cellOf({ values: [expected.length] })];
      expectCells(await aggregate(store), cells);
    }
  },

  'returns every remaining event once while others delete': async ({ store, anEvent }) => {
    const events = Array.from({ length: 600 }, () => anEvent());
    const kept = inOrder(events.filter((_, index) => index % 3 === 0));
    const deleted = events.filter((_, index) => index % 3 !== 0);
    const isKept = new Set(idsOf(kept));
    await appendBatch(store, events);
    for (const order of ORDERS) {
      const request: PageRequest = { filter: {}, order, limit: 50 };
      const found: Event[] = [];
      for await (const page of readPages(store, request)) {
        found.push(...page.filter(({ id }) => isKept.has(id)));
        // The last event of the page is deleted, too.
        const last = page.at(-1);
        const next = deleted.splice(0, 20).concat(last && !isKept.has(last.id) ? [last] : []);
        await store.delete(idsOf(next));
      }
      expectSameEvents(found, order === 'asc' ? kept : kept.toReversed(), order);
    }
    await store.delete(idsOf(deleted));
    expectSameEvents(await readToEnd(store, { limit: 50 }), kept, 'afterwards');
  },

  'holds the same events as a map after random appends and deletions': async ({ store, anEvent, random }) => {
    const held = new Map<EventId, Event>();
    for (let step = 0; step < STEPS; step++) {
      const fresh = Array.from({ length: random.integer(20) }, () => anEvent());
      const deletedIds = [...held.keys()].filter(() => random.chance(0.25));
      for (const event of fresh) held.set(event.id, event);
      for (const id of deletedIds) held.delete(id);
      await Promise.all([appendBatch(store, fresh), store.delete(deletedIds)]);
    }
    expectSameEvents(await find(store), inOrder([...held.values()]));
  },
} satisfies Behaviours;

function idsOf(events: readonly Event[]): EventId[] {
  return events.map(({ id }) => id);
}

function inOrder(events: readonly Event[]): Event[] {
  return events.toSorted((a, b) => comparePositions(positionOf(a), positionOf(b)));
}

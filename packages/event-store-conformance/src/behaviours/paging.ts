import type { Event } from '@event-tracker/core';
import { MAX_PAGE_LIMIT } from '@event-tracker/core/schemas';
import {
  appendBatch,
  type EventFilter,
  type EventPosition,
  type EventStorePort,
  epochNanosecondsOf,
  formatTimestamp,
  type PageRequest,
} from '@event-tracker/core/store';
import { changed, EARLIEST, type EventBuilder, LATEST, positionOf, randomId } from '../event-builder.ts';
import { expectSameEvents } from '../expectations.ts';
import type { Behaviours } from '../harness.ts';
import { createModel } from '../model.ts';
import { find, NO_LIMIT, ORDERS, readToEnd } from '../reading.ts';

const NOON = epochNanosecondsOf('2025-01-01T12:00:00Z');

export const paging = {
  'returns at most `limit` events, and fewer only if no more match': async ({ store, anEvent }) => {
    const events = eventsWithTies(anEvent, 20);
    await appendBatch(store, events);
    const model = createModel(events);
    for (const order of ORDERS) {
      for (const limit of [1, 2, 19, 20, 21, NO_LIMIT]) {
        const request = { filter: {}, order, limit };
        expectSameEvents(await store.query(request), model.page(request), `${order}, at most ${limit}`);
      }
    }
  },

  'returns each event once, page by page, in both directions': async ({ store, anEvent, random }) => {
    const events = eventsWithTies(anEvent, 100);
    await appendBatch(store, random.shuffle(events));
    for (const order of ORDERS) {
      for (const limit of [1, 7, 50, 100]) await expectPages(store, events, { filter: {}, order, limit });
    }
  },

  'pages through filtered events': async ({ store, anEvent }) => {
    const events = eventsWithTies(anEvent, 120).map((event, index) =>
      changed(event, { event_type: `type ${index % 4}` }),
    );
    await appendBatch(store, events);
    const range = { start: NOON + 1n, end: NOON + 4n };
    const filters = [
      { event_type: ['type 1'] },
      { event_type: ['type 3', 'type 0'] },
      range,
      { ...range, event_type: ['type 2'] },
    ];
    for (const order of ORDERS) {
      for (const filter of filters) await expectPages(store, events, { filter, order, limit: 5 });
    }
  },

  'continues strictly after the position of any event': async ({ store, anEvent }) => {
    const events = eventsWithTies(anEvent, 12);
    await appendBatch(store, events);
    await expectPagesAfter(store, events, events.map(positionOf));
  },

  'continues after a position without an event': async ({ store, anEvent, random }) => {
    const events = eventsWithTies(anEvent, 40);
    // Every second event is not stored; its position is used all the same.
    const stored = events.filter((_, index) => index % 2 === 0);
    await appendBatch(store, stored);
    const instants = [EARLIEST, LATEST].map(epochNanosecondsOf).concat(NOON - 1n, NOON, NOON + 3n, NOON + 900n);
    const positions = instants.map((epochNanoseconds) => ({ epochNanoseconds, id: randomId(random) }));
    await expectPagesAfter(store, stored, [...events.map(positionOf), ...positions]);
  },

  'continues after a position that the filter excludes': async ({ store, anEvent }) => {
    const events = eventsWithTies(anEvent, 40).map((event, index) =>
      changed(event, { event_type: `type ${index % 2}` }),
    );
    await appendBatch(store, events);
    const filter = { event_type: ['type 1'], start: NOON + 2n, end: NOON + 4n };
    await expectPagesAfter(store, events, events.map(positionOf), filter);
  },

  'returns the largest page that the tracker requests': async ({ store, anEvent }) => {
    // The tracker requests one event more than the largest page, to detect whether there is a next page.
    const limit = MAX_PAGE_LIMIT + 1;
    const events = Array.from({ length: limit + 9 }, () => anEvent());
    await appendBatch(store, events.slice(0, 10_000));
    await appendBatch(store, events.slice(10_000));
    const model = createModel(events);
    for (const order of ORDERS) {
      expectSameEvents(await find(store, { order, limit }), model.page({ filter: {}, order, limit }), order);
    }
  },
} satisfies Behaviours;

/** Creates events, about four for each instant. */
function eventsWithTies(anEvent: EventBuilder, count: number): Event[] {
  return Array.from({ length: count }, (_, index) =>
    anEvent({ timestamp: formatTimestamp(NOON + BigInt(index % Math.ceil(count / 4))) }),
  );
}

/** Expects that all pages together contain all matching events. */
async function expectPages(store: EventStorePort, events: readonly Event[], request: PageRequest): Promise<void> {
  const found = await readToEnd(store, request);
  const expected = createModel(events).page({ ...request, limit: NO_LIMIT });
  expectSameEvents(found, expected, `${request.order}, in pages of ${request.limit}`);
}

/** Expects the same page as the model after each position, in both directions. */
async function expectPagesAfter(
  store: EventStorePort,
  stored: readonly Event[],
  positions: readonly EventPosition[],
  filter: EventFilter = {},
): Promise<void> {
  const model = createModel(stored);
  for (const order of ORDERS) {
    for (const after of positions) {
      const request = { filter, order, limit: 5, after };
      const place = `${order}, after ${formatTimestamp(after.epochNanoseconds)} ${after.id}`;
      expectSameEvents(await store.query(request), model.page(request), place);
    }
  }
}

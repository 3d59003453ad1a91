import type { Event } from '@event-tracker/core';
import {
  appendBatch,
  compileFilter,
  type EventOrder,
  type EventPosition,
  type EventStorePort,
  epochNanosecondsOf,
  formatTimestamp,
  type PageRequest,
} from '@event-tracker/core/store';
import { expect } from 'vitest';
import { type EventBuilder, positionOf, randomId } from '../event-builder.ts';
import { expectContents, expectSameEvents } from '../expectations.ts';
import type { Behaviours } from '../harness.ts';
import { createModel, isAfter } from '../model.ts';
import type { Random } from '../random.ts';
import { find, NO_LIMIT, ORDERS, readPages } from '../reading.ts';
import { byEffort } from '../test-effort.ts';
import { whileRunning } from '../while-running.ts';

const BATCHES = byEffort({ quick: 8, full: 24, long: 24 });
const LARGE_BATCHES = byEffort({ quick: 1, full: 4, long: 4 });

const NOON = epochNanosecondsOf('2025-01-01T12:00:00Z');

export const readingWhileWriting = {
  'never returns a part of a batch in a page': async ({ store, anEvent, random }) => {
    const batches = Array.from({ length: BATCHES }, (_, index) =>
      aBatch(anEvent, random, index < LARGE_BATCHES ? 2_500 : 100),
    );
    const watch = watchBatches(store, batches);
    const writers = Promise.all(
      [0, 1, 2, 3].map(async (writer) => {
        for (const batch of batches.filter((_, index) => index % 4 === writer)) await watch.append(batch);
      }),
    );
    const requests: readonly PageRequest[] = ORDERS.flatMap((order) => [
      { filter: {}, order, limit: NO_LIMIT },
      { filter: {}, order, limit: 400 },
      { filter: { event_type: ['login'] }, order, limit: 300 },
      { filter: { start: NOON + 100n, end: NOON + 700n, event_type: ['login', 'logout'] }, order, limit: NO_LIMIT },
      {
        filter: {},
        order,
        limit: 400,
        after: { epochNanoseconds: NOON + 500n, id: '80000000-0000-4000-8000-000000000000' },
      },
    ]);
    await whileRunning(writers, ...requests.map((request) => () => watch.query(request)));
    await expectContents(store, batches.flat());
  },

  'finds an event by its id only if its whole batch is stored': async ({ store, anEvent, random }) => {
    const batches = Array.from({ length: BATCHES / 2 }, () => aBatch(anEvent, random, 1_000));
    const watch = watchBatches(store, batches);
    const writer = (async () => {
      for (const batch of batches) await watch.append(batch);
    })();
    await whileRunning(writer, ...batches.map((batch) => () => watch.get(batch)));
  },

  'returns every earlier event once while others write': async ({ store, anEvent, random }) => {
    const atStart = aBatch(anEvent, random, 2_000);
    await appendBatch(store, atStart);
    const batches = Array.from({ length: 30 }, () => aBatch(anEvent, random, 50));
    const writers = (async () => {
      for (const batch of batches) await appendBatch(store, batch);
    })();
    const walks = ORDERS.flatMap((order) => [
      readAndCheck(store, atStart, { filter: {}, order, limit: 100 }),
      readAndCheck(store, atStart, { filter: { event_type: ['logout'] }, order, limit: 100 }),
    ]);
    await Promise.all([...walks, writers]);
    await expectContents(store, [...atStart, ...batches.flat()]);
  },

  'returns every earlier event once when others write around every position': async ({ store, anEvent, random }) => {
    const atStart = aBatch(anEvent, random, 200);
    await appendBatch(store, atStart);
    const writeAround = ({ epochNanoseconds }: EventPosition) =>
      appendBatch(store, [
        anEvent({ timestamp: formatTimestamp(epochNanoseconds), id: `00000000${randomId(random).slice(8)}` }),
        anEvent({ timestamp: formatTimestamp(epochNanoseconds), id: `ffffffff${randomId(random).slice(8)}` }),
        anEvent({ timestamp: formatTimestamp(epochNanoseconds - 1n) }),
        anEvent({ timestamp: formatTimestamp(epochNanoseconds + 1n) }),
        anEvent({ timestamp: formatTimestamp(NOON - 1n) }),
      ]);
    for (const order of ORDERS) {
      await readAndCheck(store, atStart, { filter: {}, order, limit: 20 }, writeAround);
    }
  },

  'returns stored events to later reads while others write': async ({ store, anEvent, random }) => {
    const batches = Array.from({ length: 10 }, () => aBatch(anEvent, random, 500));
    const busy = (async () => {
      for (const batch of batches) await appendBatch(store, batch);
    })();
    const writers = Array.from({ length: 5 }, async (_, writer) => {
      for (let round = 0; round < 10; round++) {
        const event = anEvent({ event_type: `writer ${writer}, round ${round}` });
        await appendBatch(store, [event]);
        const found = await find(store, { filter: { event_type: [event.event_type] } });
        expectSameEvents(found, [event], event.event_type);
        expect((await store.get(event.id))?.id, `${event.event_type}, by id`).toBe(event.id);
      }
    });
    await Promise.all([...writers, busy]);
  },
} satisfies Behaviours;

/** Creates events within a microsecond, so that the events of different batches alternate in the total order. */
function aBatch(anEvent: EventBuilder, random: Random, size: number): Event[] {
  return Array.from({ length: size }, () =>
    anEvent({
      event_type: random.pick(['login', 'logout']),
      timestamp: formatTimestamp(NOON + BigInt(random.integer(1_000))),
    }),
  );
}

interface Batch {
  readonly members: readonly { readonly event: Event; readonly position: EventPosition }[];
  state: 'not sent' | 'sent' | 'stored';
}

/** Writes batches, and checks which of their events a read returns. */
function watchBatches(store: EventStorePort, batches: readonly (readonly Event[])[]) {
  const watched = new Map<readonly Event[], Batch>();
  for (const batch of batches) {
    const members = batch.map((event) => ({ event, position: positionOf(event) }));
    watched.set(batch, { members, state: 'not sent' });
  }
  return {
    async append(events: readonly Event[]): Promise<void> {
      const batch = watched.get(events);
      if (batch) batch.state = 'sent';
      await appendBatch(store, events);
      if (batch) batch.state = 'stored';
    },

    async get(events: readonly Event[]): Promise<void> {
      const state = watched.get(events)?.state;
      if (state === 'not sent') return;
      const first = events.at(0)?.id ?? '';
      const last = events.at(-1)?.id ?? '';
      // Two reads, one after the other, in both orders: if the first finds its event, the second must find its event, too.
      for (const [id, otherId] of [
        [first, last],
        [last, first],
      ] as const) {
        const isFound = (await store.get(id)) !== undefined;
        const isOtherFound = (await store.get(otherId)) !== undefined;
        const about = `batch ${state} before the read: first and last event found`;
        if (state === 'stored') expect([isFound, isOtherFound], about).toEqual([true, true]);
        else if (isFound && store.guarantees.batches === 'exact') expect(isOtherFound, about).toBe(true);
      }
    },

    async query(request: PageRequest): Promise<void> {
      const before = [...watched.values()].map(({ members, state }) => ({ members, state }));
      const page = await store.query(request);
      const returned = new Set(page.map(({ id }) => id));
      const last = page.at(-1);
      // A full page ends at its last event; other pages extend to the end of the store.
      const reach = last && page.length === request.limit ? positionOf(last) : undefined;
      const matches = compileFilter(request.filter);
      const isExact = store.guarantees.batches === 'exact';
      const faults = before.flatMap(({ members, state }, index) => {
        const due = members.filter(({ event, position }) => isWithin(position, request, reach) && matches(event));
        const found = due.filter(({ event }) => returned.has(event.id)).length;
        const isComplete = found === due.length;
        const isAllowed = isComplete || (state !== 'stored' && (found === 0 || !isExact));
        return isAllowed
          ? []
          : [`batch ${index}, ${state} before the query: ${found} of ${due.length} events returned`];
      });
      expect(faults).toEqual([]);
    },
  };
}

function isWithin(position: EventPosition, { order, after }: PageRequest, reach: EventPosition | undefined): boolean {
  if (after && !isAfter(position, after, order)) return false;
  return !reach || !isAfter(position, reach, order);
}

/**
 * Reads all pages. Expects strict order, and every event that was stored at the start.
 *
 * @param between called between two pages, with the position at which the first one ended
 */
async function readAndCheck(
  store: EventStorePort,
  atStart: readonly Event[],
  request: PageRequest,
  between?: (position: EventPosition) => Promise<unknown>,
): Promise<void> {
  const found: Event[] = [];
  for await (const page of readPages(store, request)) {
    found.push(...page);
    const last = page.at(-1);
    if (last) await between?.(positionOf(last));
  }
  expectStrictOrder(found, request.order);
  const expected = createModel(atStart).page({ ...request, limit: NO_LIMIT });
  const ids = new Set(expected.map(({ id }) => id));
  expectSameEvents(
    found.filter(({ id }) => ids.has(id)),
    expected,
    `${request.order}, events stored at the start`,
  );
}

function expectStrictOrder(events: readonly Event[], order: EventOrder): void {
  const positions = events.map(positionOf);
  const outOfOrder = positions.findIndex((position, index) => {
    const previous = positions[index - 1];
    return previous !== undefined && !isAfter(position, previous, order);
  });
  expect(outOfOrder, `${order}: first event that is not after the previous one`).toBe(-1);
}

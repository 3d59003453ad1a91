import type { Event } from '@event-tracker/core';
import {
  appendBatch,
  type EventOrder,
  type EventPosition,
  type EventStorePort,
  epochNanosecondsOf,
  formatTimestamp,
  matchesFilter,
  type PageRequest,
} from '@event-tracker/core/store';
import { expect } from 'vitest';
import { type EventBuilder, positionOf, randomId } from '../event-builder.ts';
import { expectContents, expectSameEvents } from '../expectations.ts';
import type { Behaviours } from '../harness.ts';
import { createModel, isAfter } from '../model.ts';
import type { Random } from '../random.ts';
import { find, NO_LIMIT, ORDERS, readPages } from '../reading.ts';
import { whileRunning } from '../while-running.ts';

const NOON = epochNanosecondsOf('2025-01-01T12:00:00Z');

export const readingWhileWriting = {
  'never shows half a batch in a page': async ({ store, anEvent, random }) => {
    const batches = Array.from({ length: 24 }, (_, index) => aBatch(anEvent, random, index < 4 ? 2_500 : 100));
    const watch = watchBatches(store, batches);
    const writers = Promise.all(
      [0, 1, 2, 3].map(async (writer) => {
        for (const batch of batches.filter((_, index) => index % 4 === writer)) await watch.append(batch);
      }),
    );
    const questions: readonly PageRequest[] = ORDERS.flatMap((order) => [
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
    await whileRunning(writers, async () => {
      for (const question of questions) await watch.query(question);
    });
    await expectContents(store, batches.flat());
  },

  'finds an event by its id only where its whole batch is there': async ({ store, anEvent, random }) => {
    const batches = Array.from({ length: 12 }, () => aBatch(anEvent, random, 1_000));
    const watch = watchBatches(store, batches);
    const writer = (async () => {
      for (const batch of batches) await watch.append(batch);
    })();
    await whileRunning(writer, async () => {
      for (const batch of batches) await watch.get(batch);
    });
  },

  'leads once through all that was there at the start, while others write': async ({ store, anEvent, random }) => {
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

  'leads once through all that was there at the start, when others write around every position': async ({
    store,
    anEvent,
    random,
  }) => {
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

  'shows what a call stored to the reads after it, while others write': async ({ store, anEvent, random }) => {
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

/** Events that lie close together, so that those of different batches mingle. */
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

/** Writes batches and reads pages, and knows what a page may show of the batches. */
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
      // One after the other, in either order: when the first read finds its event, the second must find its own.
      for (const [id, otherId] of [
        [first, last],
        [last, first],
      ] as const) {
        const isThere = (await store.get(id)) !== undefined;
        const isOtherThere = (await store.get(otherId)) !== undefined;
        const about = `batch ${state} when it was looked for: both ends there`;
        if (state === 'stored') expect([isThere, isOtherThere], about).toEqual([true, true]);
        else if (isThere && store.guarantees.batches === 'exact') expect(isOtherThere, about).toBe(true);
      }
    },

    async query(request: PageRequest): Promise<void> {
      const before = [...watched.values()].map(({ members, state }) => ({ members, state }));
      const page = await store.query(request);
      const shown = new Set(page.map(({ id }) => id));
      const last = page.at(-1);
      // A full page reaches to its last event, any other to the end.
      const reach = last && page.length === request.limit ? positionOf(last) : undefined;
      for (const [index, { members, state }] of before.entries()) {
        const due = members.filter(
          ({ event, position }) => isWithin(position, request, reach) && matchesFilter(event, request.filter),
        );
        const there = due.filter(({ event }) => shown.has(event.id)).length;
        const about = `batch ${index}, ${state} when the page was asked for: events shown of ${due.length}`;
        if (state === 'stored') expect(there, about).toBe(due.length);
        else if (store.guarantees.batches === 'exact') expect([0, due.length], about).toContain(there);
      }
    },
  };
}

function isWithin(position: EventPosition, { order, after }: PageRequest, reach: EventPosition | undefined): boolean {
  if (after && !isAfter(position, after, order)) return false;
  return !reach || !isAfter(position, reach, order);
}

/**
 * Reads to the end and expects strict order throughout, and all that was there at the start.
 *
 * @param between what to do between two pages, at the position where the one ended
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
    `${request.order}, what was there at the start`,
  );
}

function expectStrictOrder(events: readonly Event[], order: EventOrder): void {
  const positions = events.map(positionOf);
  const outOfOrder = positions.findIndex((position, index) => {
    const previous = positions[index - 1];
    return previous !== undefined && !isAfter(position, previous, order);
  });
  expect(outOfOrder, `${order}: the first event that does not come after the one before`).toBe(-1);
}

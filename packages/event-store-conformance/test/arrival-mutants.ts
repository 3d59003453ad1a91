import { setTimeout as sleep } from 'node:timers/promises';
import type { Event } from '@event-tracker/core';
import type { Arrival, ArrivalRequest, EventStorePort, Sequence } from '@event-tracker/core/store';
import type { arrival } from '../src/behaviours/arrival.ts';
import type { racingArrivals } from '../src/behaviours/racing-arrivals.ts';
import { NO_LIMIT } from '../src/reading.ts';
import { type Mutation, resultsOf } from './mutations.ts';

/** Replaces `readAfter`. */
const readingArrivals =
  (read: (request: ArrivalRequest, store: EventStorePort) => Promise<readonly Arrival[]>): Mutation =>
  (store) => ({ ...store, readAfter: (request) => read(request, store) });

/** Changes the pages of `readAfter`. */
const changingPages = (change: (page: readonly Arrival[]) => readonly Arrival[]): Mutation =>
  readingArrivals(async (request, store) => change(await store.readAfter(request)));

/** Changes the head. */
const changingHead =
  (change: (head: Sequence) => Sequence): Mutation =>
  (store) => ({
    ...store,
    head: async () => change(await store.head()),
  });

/** The state that several stores at one place share. */
interface Sequencer {
  next: bigint;
  readonly visible: Arrival[];
}

/**
 * Reads the committed events with `sequence > after`, as a table with an identity column does: a call gets its sequences when it
 * starts, and other calls may commit before it.
 */
function readingCommitted(): Mutation {
  const sequencers = new Map<string, Sequencer>();
  return (store) => {
    const { id } = store;
    const sequencer = sequencers.get(id) ?? { next: 0n, visible: [] };
    sequencers.set(id, sequencer);
    return {
      ...store,
      append: async (batches) => {
        const sequences = new Map(batches.flat().map((event) => [event.id, ++sequencer.next]));
        await sleep(sequencer.next % 3n === 0n ? 4 : 1);
        const found = await store.append(batches);
        for (const { event, stored } of resultsOf(found)) {
          if (stored) sequencer.visible.push({ event, sequence: sequences.get(event.id) ?? 0n });
        }
        return found;
      },
      head: async () => sequencer.next,
      readAfter: async ({ after, limit }) => {
        const found = sequencer.visible.filter(({ sequence }) => sequence > after);
        const stored = await Promise.all(found.map(async (each) => ((await store.get(each.event.id)) ? [each] : [])));
        return stored.flat().sort(bySequence).slice(0, limit);
      },
    };
  };
}

/** Reads by the time of the events, as a client does that requests events after the last one it read. */
const readingByTime = readingArrivals(async ({ after, limit }, store) => {
  const found = await store.query({ filter: {}, order: 'asc', limit: NO_LIMIT });
  return found
    .map((event, index) => ({ event, sequence: BigInt(index + 1) }))
    .slice(Number(after), Number(after) + limit);
});

/** Numbers the stored events from 1, without regard to deleted events. */
const renumbering = readingArrivals(async ({ after, limit }, store) => {
  const all = await store.readAfter({ after: 0n, limit: NO_LIMIT });
  const numbered = all.map(({ event }, index) => ({ event, sequence: BigInt(index + 1) }));
  return numbered.slice(Number(after), Number(after) + limit);
});

/** Returns deleted events. */
const returningDeleted: Mutation = (store) => {
  const stored: Event[] = [];
  return {
    ...store,
    append: async (batches) => {
      const found = await store.append(batches);
      for (const result of resultsOf(found)) if (result.stored) stored.push(result.event);
      return found;
    },
    readAfter: async ({ after, limit }) =>
      stored
        .map((event, index) => ({ event, sequence: BigInt(index + 1) }))
        .slice(Number(after), Number(after) + limit),
  };
};

/** Returns each id only once, even if it is stored again. */
const returningIdsOnce: Mutation = (store) => {
  const returned = new Map<string, Sequence>();
  return {
    ...store,
    readAfter: async (request) => {
      const page = await store.readAfter(request);
      return page.filter(({ event, sequence }) => {
        if (!returned.has(event.id)) returned.set(event.id, sequence);
        return returned.get(event.id) === sequence;
      });
    },
  };
};

/** Counts a duplicate as an arrival. */
const countingDuplicates: Mutation = (store) => {
  const arrivals: Event[] = [];
  return {
    ...store,
    append: async (batches) => {
      const found = await store.append(batches);
      arrivals.push(...resultsOf(found).map(({ event }) => event));
      return found;
    },
    readAfter: async ({ after, limit }) =>
      arrivals
        .map((event, index) => ({ event, sequence: BigInt(index + 1) }))
        .slice(Number(after), Number(after) + limit),
  };
};

function bySequence(a: Arrival, b: Arrival): number {
  return a.sequence < b.sequence ? -1 : 1;
}

type Mutants<Group> = { readonly [Sentence in keyof Group]: Readonly<Record<string, Mutation>> };

export const ARRIVAL_MUTANTS: Mutants<typeof arrival> = {
  'reads events in the order in which calls were acknowledged, regardless of their timestamps': {
    'reads by time': readingByTime,
    'reads backwards': changingPages((page) => page.toReversed()),
  },
  'reads the order of arrival in pages of any size, and returns nothing after the last event': {
    'omits the last event of a page': changingPages((page) => (page.length > 30 ? page.slice(0, -1) : page)),
    'returns one event more than the limit': readingArrivals((request, store) =>
      store.readAfter({ ...request, limit: request.limit + 1 }),
    ),
    'returns the event at `after` again': readingArrivals(({ after, limit }, store) =>
      store.readAfter({ after: after > 0n ? after - 1n : after, limit }),
    ),
  },
  'gives a sequence greater than head() to every event that is acknowledged after it resolves': {
    'returns a head that is too great': changingHead((head) => head + 1n),
  },
  'reads the first event after the head of an empty store': {
    'returns a head that is too great': changingHead((head) => head + 1n),
  },
  'does not count duplicates and rejected calls as arrivals': { 'counts duplicates': countingDuplicates },
  'does not return deleted events, and continues after an event that was deleted since': {
    'returns deleted events': returningDeleted,
    'renumbers the remaining events': renumbering,
    'rejects the sequence of a deleted event': readingArrivals(async (request, store) => {
      const { readAfter } = store;
      const all = await readAfter({ after: 0n, limit: NO_LIMIT });
      const isKnown = request.after === 0n || all.some(({ sequence }) => sequence === request.after);
      return isKnown ? readAfter(request) : readAfter({ ...request, after: 2n ** 200n });
    }),
  },
  'returns an id again that was deleted and stored again': { 'returns each id once': returningIdsOnce },
  'rejects a sequence greater than the last one, of any size': {
    'returns an empty page instead': readingArrivals(async (request, store) => {
      const { head, readAfter } = store;
      return request.after > (await head()) ? [] : readAfter(request);
    }),
  },
  'keeps its identity and sequences after reopening if it keeps events': {
    'has another identity each time': (store, opening) => ({
      ...store,
      id: `${store.id.slice(0, -1)}${opening % 10}`,
    }),
    'renumbers the remaining events': renumbering,
  },
};

export const RACING_ARRIVALS_MUTANTS: Mutants<typeof racingArrivals> = {
  'returns each event once to readers that continue after their last sequence': {
    'reads committed events with `sequence > after`': readingCommitted(),
  },
  'returns each event once while events are deleted': {
    'reads committed events with `sequence > after`': readingCommitted(),
    'renumbers the remaining events': renumbering,
  },
};

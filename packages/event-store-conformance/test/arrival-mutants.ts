import { setTimeout as sleep } from 'node:timers/promises';
import type { Event } from '@event-tracker/core';
import type { Arrival, ArrivalRequest, EventStorePort, Sequence } from '@event-tracker/core/store';
import type { arrival } from '../src/behaviours/arrival.ts';
import type { racingArrivals } from '../src/behaviours/racing-arrivals.ts';
import { NO_LIMIT } from '../src/reading.ts';
import { type Mutation, resultsOf } from './mutations.ts';

/** Reads something else in the order of arrival. */
const readingArrivals =
  (read: (request: ArrivalRequest, store: EventStorePort) => Promise<readonly Arrival[]>): Mutation =>
  (store) => ({ ...store, readAfter: (request) => read(request, store) });

/** Shows something else of a page. */
const showingArrivals = (change: (page: readonly Arrival[]) => readonly Arrival[]): Mutation =>
  readingArrivals(async (request, store) => change(await store.readAfter(request)));

/** Takes something else for the head. */
const heading =
  (change: (head: Sequence) => Sequence): Mutation =>
  (store) => ({
    ...store,
    head: async () => change(await store.head()),
  });

/** What several handles of one place have in common. */
interface Sequencer {
  next: bigint;
  readonly visible: Arrival[];
}

/**
 * Reads `sequence > after` of what is committed, as a table with an identity column would: a call gets its sequences when it
 * begins, and others may commit before it.
 */
function readingWhatIsCommitted(): Mutation {
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

/** Reads by the time of the events, as a client does that asks for what is later than the last it saw. */
const readingByTime = readingArrivals(async ({ after, limit }, store) => {
  const found = await store.query({ filter: {}, order: 'asc', limit: NO_LIMIT });
  return found
    .map((event, index) => ({ event, sequence: BigInt(index + 1) }))
    .slice(Number(after), Number(after) + limit);
});

/** Numbers what is stored from 1 on, whatever was deleted. */
const renumbering = readingArrivals(async ({ after, limit }, store) => {
  const all = await store.readAfter({ after: 0n, limit: NO_LIMIT });
  const numbered = all.map(({ event }, index) => ({ event, sequence: BigInt(index + 1) }));
  return numbered.slice(Number(after), Number(after) + limit);
});

/** Shows what was deleted as it was. */
const remembering: Mutation = (store) => {
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

/** Shows each id once, permanently. */
const showingIdsOnce: Mutation = (store) => {
  const shown = new Map<string, Sequence>();
  return {
    ...store,
    readAfter: async (request) => {
      const page = await store.readAfter(request);
      return page.filter(({ event, sequence }) => {
        if (!shown.has(event.id)) shown.set(event.id, sequence);
        return shown.get(event.id) === sequence;
      });
    },
  };
};

/** Counts a duplicate as an arrival. */
const arrivingAgain: Mutation = (store) => {
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
  'reads events in the order in which calls were acknowledged, whatever their timestamps': {
    'reads by time': readingByTime,
    'reads backwards': showingArrivals((page) => page.toReversed()),
  },
  'leads through the order of arrival in pages of any size, and is empty behind the last event': {
    'leaves the last event of a page out': showingArrivals((page) => (page.length > 30 ? page.slice(0, -1) : page)),
    'shows one event more than the limit': readingArrivals((request, store) =>
      store.readAfter({ ...request, limit: request.limit + 1 }),
    ),
    'shows the event at `after` again': readingArrivals(({ after, limit }, store) =>
      store.readAfter({ after: after > 0n ? after - 1n : after, limit }),
    ),
  },
  'puts behind head() every event that is acknowledged after it resolves': {
    'has a head that is ahead': heading((head) => head + 1n),
  },
  'begins at the head of an empty store with its first event': {
    'has a head that is ahead': heading((head) => head + 1n),
  },
  'adds nothing for duplicates and for calls that are rejected': { 'counts duplicates': arrivingAgain },
  'does not show what was deleted before it was read, and continues from an event that was deleted since': {
    'shows what was deleted': remembering,
    'numbers what is left anew': renumbering,
    'refuses an event that was deleted': readingArrivals(async (request, store) => {
      const { readAfter } = store;
      const all = await readAfter({ after: 0n, limit: NO_LIMIT });
      const isKnown = request.after === 0n || all.some(({ sequence }) => sequence === request.after);
      return isKnown ? readAfter(request) : readAfter({ ...request, after: 2n ** 200n });
    }),
  },
  'shows an id again that was deleted and stored again': { 'shows each id once': showingIdsOnce },
  'refuses a sequence beyond the last, and a number of any size': {
    'finds nothing there': readingArrivals(async (request, store) => {
      const { head, readAfter } = store;
      return request.after > (await head()) ? [] : readAfter(request);
    }),
  },
  'keeps its identity and the sequences when it is opened again, as far as it keeps events': {
    'is another store each time': (store, opening) => ({
      ...store,
      id: `${store.id.slice(0, -1)}${opening % 10}`,
    }),
    'numbers what is left anew': renumbering,
  },
};

export const RACING_ARRIVALS_MUTANTS: Mutants<typeof racingArrivals> = {
  'shows each event once to readers that continue from where they were, whatever races with what': {
    'reads `sequence > after` of what is committed': readingWhatIsCommitted(),
  },
  'shows each event once while events are deleted': {
    'reads `sequence > after` of what is committed': readingWhatIsCommitted(),
    'numbers what is left anew': renumbering,
  },
};

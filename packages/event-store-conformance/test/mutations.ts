import { setTimeout } from 'node:timers/promises';
import { type Event, type EventId, isEventIdConflictError, type JsonObject, type JsonValue } from '@event-tracker/core';
import {
  type AppendOutcome,
  type AppendResult,
  appendBatch,
  createEventIdConflictError,
  type EventFilter,
  type EventStorePort,
  haveSameContent,
  type PageRequest,
} from '@event-tracker/core/store';
import { changed } from '../src/event-builder.ts';
import { NO_LIMIT } from '../src/reading.ts';

/**
 * Makes a store that is wrong in one respect out of one that is right.
 *
 * @param opening how often the place was opened, this time included
 */
export type Mutation = (store: EventStorePort, opening: number) => EventStorePort;

type Append = EventStorePort['append'];
type Query = EventStorePort['query'];

/** An append of one batch, which rejects where the batch is in conflict. */
type AppendOne = (events: readonly Event[], store: EventStorePort) => Promise<readonly AppendResult[]>;

/** Appends one batch in another way, and several batches one after the other. */
export const appending =
  (append: AppendOne): Mutation =>
  (store) => ({ ...store, append: oneByOne((events) => append(events, store)) });

/** The port's `append`, made of one for each batch. */
export function oneByOne(append: (events: readonly Event[]) => Promise<readonly AppendResult[]>): Append {
  return async (batches) => {
    const outcomes: AppendOutcome[] = [];
    for (const batch of batches) {
      outcomes.push(
        await append(batch).then(
          (results) => ({ results }),
          (error: unknown) => {
            if (!isEventIdConflictError(error)) throw error;
            return { conflicts: error.ids };
          },
        ),
      );
    }
    return outcomes;
  };
}

export const querying =
  (query: (request: PageRequest, store: EventStorePort) => ReturnType<Query>): Mutation =>
  (store) => ({ ...store, query: (request) => query(request, store) });

/** Removes something else, or answers something else of it. */
export const deleting =
  (remove: (ids: readonly EventId[], store: EventStorePort) => Promise<number>): Mutation =>
  (store) => ({ ...store, delete: (ids) => remove(ids, store) });

/** The results of the batches that are not in conflict. */
export function resultsOf(found: readonly AppendOutcome[]): readonly AppendResult[] {
  return found.flatMap((outcome) => ('results' in outcome ? outcome.results : []));
}

/** Returns other outcomes. */
export const outcomes =
  (change: (found: readonly AppendOutcome[]) => readonly AppendOutcome[]): Mutation =>
  (store) => ({ ...store, append: async (batches) => change(await store.append(batches)) });

/** Lets no batch of a call be stored where one is in conflict. */
export const failingTogether: Mutation = (store) => ({
  ...store,
  append: async (batches) => {
    const found = await store.append(batches);
    const conflicts = found.flatMap((outcome) => ('conflicts' in outcome ? outcome.conflicts : []));
    if (conflicts.length === 0) return found;
    await store.delete(
      resultsOf(found)
        .filter(({ stored }) => stored)
        .map(({ event }) => event.id),
    );
    return found.map(() => ({ conflicts }));
  },
});

/** Rejects a call where one of its batches is in conflict. */
export const rejectingTogether: Mutation = (store) => ({
  ...store,
  append: async (batches) => {
    const found = await store.append(batches);
    const conflicts = found.flatMap((outcome) => ('conflicts' in outcome ? outcome.conflicts : []));
    if (conflicts.length > 0) throw createEventIdConflictError(conflicts);
    return found;
  },
});

/** Counts an id as taken that came with a batch in conflict of the same call. */
export const keepingIdsOfConflicts: Mutation = (store) => ({
  ...store,
  append: async (batches) => {
    const seen = new Map<string, Event>();
    const found: AppendOutcome[] = [];
    for (const batch of batches) {
      const taken = batch.filter((event) => !haveSameContent(seen.get(event.id) ?? event, event)).map(({ id }) => id);
      for (const event of batch) seen.set(event.id, seen.get(event.id) ?? event);
      if (taken.length > 0) found.push({ conflicts: [...new Set(taken)] });
      else found.push(...(await store.append([batch])));
    }
    return found;
  },
});

/** Takes the batches of a call for one. */
export const storingAsOne: Mutation = (store) => ({
  ...store,
  append: async (batches) => {
    const [found] = await store.append([batches.flat()]);
    if (!found || 'conflicts' in found) return batches.map(() => found ?? { results: [] });
    let end = 0;
    return batches.map(({ length }) => {
      end += length;
      return { results: found.results.slice(end - length, end) };
    });
  },
});

/** Stores something else than it was given. */
export const storing = (change: (event: Event) => Event): Mutation =>
  appending((events, store) => appendBatch(store, events.map(change)));

/** Stores another payload: the function is `JSON.parse`'s reviver. */
export const storingPayload = (reviver: (name: string, value: JsonValue) => JsonValue | undefined): Mutation =>
  storing((event) => {
    const payload: JsonObject = JSON.parse(JSON.stringify(event.payload), (name, value) => reviver(name, value));
    return changed(event, { payload });
  });

/** Answers something else than it did. */
export const answering = (
  change: (results: readonly AppendResult[], events: readonly Event[]) => AppendResult[],
): Mutation => appending(async (events, store) => change(await appendBatch(store, events), events));

/** Understands another question. */
export const asking = (change: (request: PageRequest) => Partial<PageRequest>): Mutation =>
  querying((request, store) => store.query({ ...request, ...change(request) }));

/** Understands another filter. */
export const filtering = (change: (filter: EventFilter) => EventFilter): Mutation =>
  asking(({ filter }) => ({ filter: { ...filter, ...change(filter) } }));

/** Looks at every event there is. */
export const scanning = (matches: (event: Event, filter: EventFilter) => boolean): Mutation =>
  querying(async (request, store) => {
    const all = await store.query({ ...request, filter: {}, limit: NO_LIMIT });
    return all.filter((event) => matches(event, request.filter)).slice(0, request.limit);
  });

/** Shows the events of a page in another order, ascending as the comparison has it. */
export const sorting = (compare: (a: Event, b: Event) => number): Mutation =>
  querying(async (request, store) => {
    const sorted = [...(await store.query(request))].sort(compare);
    return request.order === 'asc' ? sorted : sorted.reverse();
  });

/** Takes other content for the same. */
export const equating = (isSame: (known: Event, event: Event) => boolean): Mutation =>
  appending(async (events, store) => {
    const known = await Promise.all(events.map(({ id }) => store.get(id)));
    return appendBatch(
      store,
      events.map((event, index) => {
        const other = known[index];
        return other && isSame(other, event) ? other : event;
      }),
    );
  });

/** Does something else where ids are in conflict. */
export const conflicting = (
  react: (conflict: { events: readonly Event[]; ids: readonly string[]; store: EventStorePort }) => Promise<unknown>,
): Mutation =>
  appending((events, store) =>
    appendBatch(store, events).catch(async (error: unknown) => {
      if (isEventIdConflictError(error)) await react({ events, ids: error.ids, store });
      throw error;
    }),
  );

/** Forgets between its reads and its writes that there are others. */
export const storingInSteps: Mutation = appending(async (given, store) => {
  const events = structuredClone(given);
  const known = new Map<string, Event>();
  const conflicts = new Set<string>();
  const results: AppendResult[] = [];
  for (const event of events) {
    const standing = known.get(event.id) ?? (await store.get(event.id));
    if (standing && !haveSameContent(standing, event)) conflicts.add(event.id);
    known.set(event.id, standing ?? event);
    results.push({ event: standing ?? event, stored: !standing });
  }
  if (conflicts.size > 0) throw createEventIdConflictError([...conflicts]);
  const half = Math.ceil(events.length / 2);
  for (const part of [events.slice(0, half), events.slice(half)]) {
    await setTimeout(1);
    await appendBatch(store, part).catch((error: unknown) => {
      if (!isEventIdConflictError(error)) throw error;
      // Whoever came first stays, and nobody is told.
      return appendBatch(
        store,
        part.filter(({ id }) => !error.ids.includes(id)),
      );
    });
  }
  return results;
});

/** Answers first and stores later. */
export const storingLate: Mutation = appending(async (events, store) => {
  // By then the store may be closed.
  setTimeout(20)
    .then(() => appendBatch(store, events))
    .catch(() => {});
  return events.map((event) => ({ event, stored: true }));
});

/** Counts events where it should compare positions. */
export const pagingByOffset: Mutation = (store) => {
  const offsets = new Map<string, number>();
  const keyOf = (request: PageRequest, id: string) => JSON.stringify([request.order, request.filter.event_type, id]);
  return {
    ...store,
    query: async (request) => {
      const all = await store.query({ ...request, after: undefined, limit: NO_LIMIT });
      const offset = (request.after && offsets.get(keyOf(request, request.after.id))) ?? 0;
      const page = all.slice(offset, offset + request.limit);
      const last = page.at(-1);
      if (last) offsets.set(keyOf(request, last.id), offset + page.length);
      return page;
    },
  };
};

/** Puts calls that are made together into one, which succeeds or fails as a whole. */
export const committingTogether: Mutation = (store) => {
  let group: { readonly events: Event[]; readonly results: Promise<readonly AppendResult[]> } | undefined;
  return {
    ...store,
    append: oneByOne(async (events) => {
      if (!group) {
        const gathered: Event[] = [];
        const results = setTimeout(1).then(() => {
          group = undefined;
          return appendBatch(store, gathered);
        });
        group = { events: gathered, results };
      }
      const { events: gathered, results } = group;
      const begin = gathered.length;
      gathered.push(...events);
      return (await results).slice(begin, begin + events.length);
    }),
  };
};

/** Takes an event for stored while another call is about to store it. */
export const answeringForOthers: Mutation = (store) => {
  const underWay = new Map<string, Event>();
  return {
    ...store,
    append: oneByOne(async (events) => {
      const others = events.map(({ id }) => underWay.get(id));
      if (others.length > 0 && others.every((event) => event !== undefined)) {
        return others.map((event) => ({ event, stored: false }));
      }
      for (const event of events) underWay.set(event.id, event);
      await setTimeout(5);
      const results = await appendBatch(store, events);
      for (const { id } of events) underWay.delete(id);
      return results;
    }),
  };
};

/** Hands out the same objects as it keeps, which `keep` makes of those handed in. */
export const sharing =
  (keep: (event: Event) => Event): Mutation =>
  (store) => {
    const kept = new Map<string, Event>();
    const share = (event: Event) => kept.get(event.id) ?? event;
    return {
      ...store,
      append: oneByOne(async (events) => {
        const results = await appendBatch(store, events);
        for (const [index, event] of events.entries()) {
          if (results[index]?.stored) kept.set(event.id, keep(event));
        }
        return results.map(({ event, stored }) => ({ event: share(event), stored }));
      }),
      get: async (id) => {
        const event = await store.get(id);
        return event && share(event);
      },
      query: async (request) => (await store.query(request)).map(share),
    };
  };

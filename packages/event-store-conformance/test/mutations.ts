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
 * Returns a store with one fault.
 *
 * @param opening the number of times the place was opened, including this time
 */
export type Mutation = (store: EventStorePort, opening: number) => EventStorePort;

type Append = EventStorePort['append'];
type Query = EventStorePort['query'];

/** Appends one batch. Rejects if the batch is in conflict. */
type AppendOne = (events: readonly Event[], store: EventStorePort) => Promise<readonly AppendResult[]>;

/** Replaces the append of one batch; several batches are appended one after the other. */
export const appending =
  (append: AppendOne): Mutation =>
  (store) => ({ ...store, append: oneByOne((events) => append(events, store)) });

/** Returns the port's `append`, given a function that appends one batch. */
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

/** Replaces `delete`. */
export const deleting =
  (deleteIds: (ids: readonly EventId[], store: EventStorePort) => Promise<number>): Mutation =>
  (store) => ({ ...store, delete: (ids) => deleteIds(ids, store) });

/** Returns the results of the batches that are not in conflict. */
export function resultsOf(found: readonly AppendOutcome[]): readonly AppendResult[] {
  return found.flatMap((outcome) => ('results' in outcome ? outcome.results : []));
}

/** Changes the outcomes of `append`. */
export const outcomes =
  (change: (found: readonly AppendOutcome[]) => readonly AppendOutcome[]): Mutation =>
  (store) => ({ ...store, append: async (batches) => change(await store.append(batches)) });

/** Rejects every batch of a call if one is in conflict. */
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

/** Rejects a call if one of its batches is in conflict. */
export const rejectingTogether: Mutation = (store) => ({
  ...store,
  append: async (batches) => {
    const found = await store.append(batches);
    const conflicts = found.flatMap((outcome) => ('conflicts' in outcome ? outcome.conflicts : []));
    if (conflicts.length > 0) throw createEventIdConflictError(conflicts);
    return found;
  },
});

/** Keeps the ids of a batch in conflict taken for the later batches of the call. */
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

/** Appends the batches of a call as one batch. */
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

/** Changes events before it stores them. */
export const storing = (change: (event: Event) => Event): Mutation =>
  appending((events, store) => appendBatch(store, events.map(change)));

/** Changes payloads before it stores them, with a reviver of `JSON.parse`. */
export const storingPayload = (reviver: (name: string, value: JsonValue) => JsonValue | undefined): Mutation =>
  storing((event) => {
    const payload: JsonObject = JSON.parse(JSON.stringify(event.payload), (name, value) => reviver(name, value));
    return changed(event, { payload });
  });

/** Changes the results of `append`. */
export const returning = (
  change: (results: readonly AppendResult[], events: readonly Event[]) => AppendResult[],
): Mutation => appending(async (events, store) => change(await appendBatch(store, events), events));

/** Changes the request of a query. */
export const requesting = (change: (request: PageRequest) => Partial<PageRequest>): Mutation =>
  querying((request, store) => store.query({ ...request, ...change(request) }));

/** Changes the filter of a query. */
export const filtering = (change: (filter: EventFilter) => EventFilter): Mutation =>
  requesting(({ filter }) => ({ filter: { ...filter, ...change(filter) } }));

/** Replaces the filter: reads all events. */
export const scanning = (matches: (event: Event, filter: EventFilter) => boolean): Mutation =>
  querying(async (request, store) => {
    const all = await store.query({ ...request, filter: {}, limit: NO_LIMIT });
    return all.filter((event) => matches(event, request.filter)).slice(0, request.limit);
  });

/** Replaces the order within a page; the comparison defines the ascending order. */
export const sorting = (compare: (a: Event, b: Event) => number): Mutation =>
  querying(async (request, store) => {
    const sorted = [...(await store.query(request))].sort(compare);
    return request.order === 'asc' ? sorted : sorted.reverse();
  });

/** Replaces the comparison of contents. */
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

/** Calls a function before it rejects a conflict. */
export const conflicting = (
  react: (conflict: { events: readonly Event[]; ids: readonly string[]; store: EventStorePort }) => Promise<unknown>,
): Mutation =>
  appending((events, store) =>
    appendBatch(store, events).catch(async (error: unknown) => {
      if (isEventIdConflictError(error)) await react({ events, ids: error.ids, store });
      throw error;
    }),
  );

/** Reads and writes in separate steps, without regard to concurrent calls. */
export const storingInSteps: Mutation = appending(async (given, store) => {
  const events = structuredClone(given);
  const known = new Map<string, Event>();
  const conflicts = new Set<string>();
  const results: AppendResult[] = [];
  for (const event of events) {
    const stored = known.get(event.id) ?? (await store.get(event.id));
    if (stored && !haveSameContent(stored, event)) conflicts.add(event.id);
    known.set(event.id, stored ?? event);
    results.push({ event: stored ?? event, stored: !stored });
  }
  if (conflicts.size > 0) throw createEventIdConflictError([...conflicts]);
  const half = Math.ceil(events.length / 2);
  for (const part of [events.slice(0, half), events.slice(half)]) {
    await setTimeout(1);
    await appendBatch(store, part).catch((error: unknown) => {
      if (!isEventIdConflictError(error)) throw error;
      // Keeps the content that was stored first, without an error.
      return appendBatch(
        store,
        part.filter(({ id }) => !error.ids.includes(id)),
      );
    });
  }
  return results;
});

/** Resolves first and stores later. */
export const storingLate: Mutation = appending(async (events, store) => {
  // The store may be closed before.
  setTimeout(20)
    .then(() => appendBatch(store, events))
    .catch(() => {});
  return events.map((event) => ({ event, stored: true }));
});

/** Continues at an offset instead of a position. */
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

/** Appends the events of concurrent calls as one batch. */
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

/** Reports a duplicate while another call has not yet stored the event. */
export const reportingDuplicatesEarly: Mutation = (store) => {
  const running = new Map<string, Event>();
  return {
    ...store,
    append: oneByOne(async (events) => {
      const others = events.map(({ id }) => running.get(id));
      if (others.length > 0 && others.every((event) => event !== undefined)) {
        return others.map((event) => ({ event, stored: false }));
      }
      for (const event of events) running.set(event.id, event);
      await setTimeout(5);
      const results = await appendBatch(store, events);
      for (const { id } of events) running.delete(id);
      return results;
    }),
  };
};

/** Returns the objects that it keeps; `keep` creates them from appended events. */
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

import { setTimeout } from 'node:timers/promises';
import type { Event, EventId } from '@event-tracker/core';
import { appendBatch, createEventIdConflictError } from '@event-tracker/core/store';
import type { removing } from '../src/behaviours/removing.ts';
import { deleting, type Mutation, oneByOne, pagingByOffset } from './mutations.ts';

/** Hides what was removed from one kind of read too few. */
function hiding(isHiddenFrom: { readonly get: boolean; readonly query: boolean }): Mutation {
  return (store) => {
    const hidden = new Set<EventId>();
    return {
      ...store,
      delete: async (ids) => {
        const there = await Promise.all(ids.map((id) => store.get(id)));
        const before = hidden.size;
        for (const event of there) if (event) hidden.add(event.id);
        return hidden.size - before;
      },
      get: async (id) => (isHiddenFrom.get && hidden.has(id) ? undefined : store.get(id)),
      query: async (request) => {
        const found = await store.query(request);
        return isHiddenFrom.query ? found.filter(({ id }) => !hidden.has(id)) : found;
      },
    };
  };
}

/** Answers first and removes later. */
const removingLate = deleting(async (ids, store) => {
  const there = await Promise.all(ids.map((id) => store.get(id)));
  // By then the store may be closed.
  setTimeout(5)
    .then(() => store.delete(ids))
    .catch(() => {});
  return there.filter((event) => event !== undefined).length;
});

/** Marks ids as removed, and takes none of them again. */
const buryingIds: Mutation = (store) => {
  const buried = new Map<EventId, Event>();
  return {
    ...store,
    delete: async (ids) => {
      for (const event of await Promise.all(ids.map((id) => store.get(id)))) if (event) buried.set(event.id, event);
      return store.delete(ids);
    },
    append: oneByOne((events) => {
      const ids = events.map(({ id }) => id).filter((id) => buried.has(id));
      return ids.length > 0 ? Promise.reject(createEventIdConflictError(ids)) : appendBatch(store, events);
    }),
  };
};

/** Brings back what was removed when it is opened again. */
function resurrecting(): Mutation {
  const removed = new Map<EventId, Event>();
  return (store, opening) => {
    const isBack = opening === 1 ? Promise.resolve() : appendBatch(store, [...removed.values()]).then(() => {});
    return {
      ...store,
      delete: async (ids) => {
        for (const event of await Promise.all(ids.map((id) => store.get(id)))) if (event) removed.set(event.id, event);
        return store.delete(ids);
      },
      query: async (request) => {
        await isBack;
        return store.query(request);
      },
    };
  };
}

/** Counts what is there before it removes it, as if nobody else did the same. */
const countingFirst = deleting(async (ids, store) => {
  const there = await Promise.all([...new Set(ids)].map((id) => store.get(id)));
  await setTimeout(1);
  await store.delete(ids);
  return there.filter((event) => event !== undefined).length;
});

type Mutants = { readonly [Sentence in keyof typeof removing]: Readonly<Record<string, Mutation>> };

export const REMOVING_MUTANTS: Mutants = {
  'removes the events of the ids and no others, and answers how many there were': {
    'removes nothing': deleting(async (ids) => ids.length),
    'removes everything': deleting(async (ids, store) => {
      const all = await store.query({ filter: {}, order: 'asc', limit: 1_000 });
      await store.delete(all.map(({ id }) => id));
      return ids.length;
    }),
    'answers nothing of use': deleting(async (ids, store) => (await store.delete(ids)) && 1),
  },
  'passes over ids that no event has, and counts an id once': {
    'counts ids': deleting(async (ids, store) => {
      await store.delete(ids);
      return ids.length;
    }),
    'fails of an id that no event has': deleting(async (ids, store) => {
      for (const id of ids) if (!(await store.get(id))) throw createEventIdConflictError([id]);
      return store.delete(ids);
    }),
  },
  'removes nothing where there are no ids': {
    'takes no ids for all': deleting(async (ids, store) => {
      const all = await store.query({ filter: {}, order: 'asc', limit: 1_000 });
      return store.delete(ids.length === 0 ? all.map(({ id }) => id) : ids);
    }),
  },
  'removes a thousand at once': {
    'removes 999': deleting((ids, store) => store.delete(ids.slice(0, 999))),
  },
  'shows what it removed to no read that starts afterwards': {
    'removes late': removingLate,
    'forgets it in its queries alone': hiding({ get: false, query: true }),
    'forgets it by its id alone': hiding({ get: true, query: false }),
  },
  'counts no type of which everything is removed': {
    'counts what is hidden': hiding({ get: true, query: true }),
  },
  'forgets what it removed: the id can be taken again, by any content': { 'buries ids': buryingIds },
  'keeps beyond close what it removed as removed': { 'brings it back': resurrecting() },
  'counts each event once among removals that race': { 'counts first': countingFirst },
  'answers the same to every read when appends and removals of the same events have raced': {
    'forgets it by its id alone': hiding({ get: true, query: false }),
  },
  'leads once through all that is not removed, while others remove': { 'pages by offset': pagingByOffset },
  'holds what a plain list would after random appends and removals': {
    'leaves the last id out': deleting((ids, store) => store.delete(ids.slice(0, -1))),
  },
};

export const MUTATED_IDS_MUTANTS: Readonly<Record<string, Mutation>> = {
  'waits before it reads the ids': deleting(async (ids, store) => {
    await setTimeout(1);
    return store.delete(ids);
  }),
};

import { setTimeout } from 'node:timers/promises';
import type { Event, EventId } from '@event-tracker/core';
import { appendBatch, createEventIdConflictError } from '@event-tracker/core/store';
import type { deletion } from '../src/behaviours/deletion.ts';
import { deleting, type Mutation, oneByOne, pagingByOffset } from './mutations.ts';

/** Hides deleted events from get or query, but does not delete them. */
function hiding(isHiddenFrom: { readonly get: boolean; readonly query: boolean }): Mutation {
  return (store) => {
    const hidden = new Set<EventId>();
    return {
      ...store,
      delete: async (ids) => {
        const found = await Promise.all(ids.map((id) => store.get(id)));
        const before = hidden.size;
        for (const event of found) if (event) hidden.add(event.id);
        return hidden.size - before;
      },
      get: async (id) => (isHiddenFrom.get && hidden.has(id) ? undefined : store.get(id)),
      query: async (request) => {
        const page = await store.query(request);
        return isHiddenFrom.query ? page.filter(({ id }) => !hidden.has(id)) : page;
      },
    };
  };
}

/** Resolves first and deletes later. */
const deletingLate = deleting(async (ids, store) => {
  const found = await Promise.all(ids.map((id) => store.get(id)));
  // The store may be closed before.
  setTimeout(5)
    .then(() => store.delete(ids))
    .catch(() => {});
  return found.filter((event) => event !== undefined).length;
});

/** Rejects deleted ids that are appended again. */
const keepingIdsTaken: Mutation = (store) => {
  const taken = new Map<EventId, Event>();
  return {
    ...store,
    delete: async (ids) => {
      for (const event of await Promise.all(ids.map((id) => store.get(id)))) if (event) taken.set(event.id, event);
      return store.delete(ids);
    },
    append: oneByOne((events) => {
      const ids = events.map(({ id }) => id).filter((id) => taken.has(id));
      return ids.length > 0 ? Promise.reject(createEventIdConflictError(ids)) : appendBatch(store, events);
    }),
  };
};

/** Stores deleted events again when the store is reopened. */
function restoringDeleted(): Mutation {
  const deleted = new Map<EventId, Event>();
  return (store, opening) => {
    const isBack = opening === 1 ? Promise.resolve() : appendBatch(store, [...deleted.values()]).then(() => {});
    return {
      ...store,
      delete: async (ids) => {
        for (const event of await Promise.all(ids.map((id) => store.get(id)))) if (event) deleted.set(event.id, event);
        return store.delete(ids);
      },
      query: async (request) => {
        await isBack;
        return store.query(request);
      },
    };
  };
}

/** Counts the events before it deletes them, without regard to concurrent deletions. */
const countingFirst = deleting(async (ids, store) => {
  const found = await Promise.all([...new Set(ids)].map((id) => store.get(id)));
  await setTimeout(1);
  await store.delete(ids);
  return found.filter((event) => event !== undefined).length;
});

type Mutants = { readonly [Sentence in keyof typeof deletion]: Readonly<Record<string, Mutation>> };

export const DELETION_MUTANTS: Mutants = {
  'deletes only the events with the ids, and returns their number': {
    'deletes nothing': deleting(async (ids) => ids.length),
    'deletes everything': deleting(async (ids, store) => {
      const all = await store.query({ filter: {}, order: 'asc', limit: 1_000 });
      await store.delete(all.map(({ id }) => id));
      return ids.length;
    }),
    'returns a wrong number': deleting(async (ids, store) => (await store.delete(ids)) && 1),
  },
  'ignores ids without an event, and counts an id once': {
    'counts ids': deleting(async (ids, store) => {
      await store.delete(ids);
      return ids.length;
    }),
    'rejects an id without an event': deleting(async (ids, store) => {
      for (const id of ids) if (!(await store.get(id))) throw createEventIdConflictError([id]);
      return store.delete(ids);
    }),
  },
  'deletes nothing if the list of ids is empty': {
    'treats no ids as all ids': deleting(async (ids, store) => {
      const all = await store.query({ filter: {}, order: 'asc', limit: 1_000 });
      return store.delete(ids.length === 0 ? all.map(({ id }) => id) : ids);
    }),
  },
  'deletes a thousand events in one call': {
    'deletes only 999 events': deleting((ids, store) => store.delete(ids.slice(0, 999))),
  },
  'returns deleted events to no read that starts afterwards': {
    'deletes late': deletingLate,
    'hides deleted events only from query': hiding({ get: false, query: true }),
    'hides deleted events only from get': hiding({ get: true, query: false }),
  },
  'does not return a group whose events are all deleted': {
    'counts deleted events': hiding({ get: true, query: true }),
  },
  'accepts a deleted id again, with any content': { 'keeps deleted ids taken': keepingIdsTaken },
  'keeps events deleted after reopening': { 'restores deleted events': restoringDeleted() },
  'counts each event once in concurrent deletions': { 'counts before it deletes': countingFirst },
  'returns the same events to every read after concurrent appends and deletions': {
    'hides deleted events only from get': hiding({ get: true, query: false }),
  },
  'returns every remaining event once while others delete': { 'pages by offset': pagingByOffset },
  'holds the same events as a map after random appends and deletions': {
    'ignores the last id': deleting((ids, store) => store.delete(ids.slice(0, -1))),
  },
};

export const MUTATED_IDS_MUTANTS: Readonly<Record<string, Mutation>> = {
  'waits before it reads the ids': deleting(async (ids, store) => {
    await setTimeout(1);
    return store.delete(ids);
  }),
};

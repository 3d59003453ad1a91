import { setTimeout } from 'node:timers/promises';
import type { Event, JsonObject, JsonValue } from '@event-tracker/core';
import {
  appendBatch,
  createEventIdConflictError,
  createStoreFullError,
  createStoreUnavailableError,
  epochNanosecondsOf,
  formatTimestamp,
  haveSameContent,
  matchesFilter,
} from '@event-tracker/core/store';
import type { CONTRACT } from '../src/contract.ts';
import { changed, positionOf } from '../src/event-builder.ts';
import { AGGREGATING_MUTANTS, RANDOM_AGGREGATE_MUTANTS } from './aggregate-mutants.ts';
import { ARRIVAL_MUTANTS, RACING_ARRIVALS_MUTANTS } from './arrival-mutants.ts';
import { FILTERING_PAYLOADS_MUTANTS, PREFIX_MUTANTS, RANDOM_FILTER_MUTANTS } from './filter-mutants.ts';
import {
  answering,
  answeringForOthers,
  appending,
  asking,
  committingTogether,
  conflicting,
  deleting,
  equating,
  failingTogether,
  filtering,
  keepingIdsOfConflicts,
  type Mutation,
  oneByOne,
  outcomes,
  pagingByOffset,
  querying,
  rejectingTogether,
  scanning,
  sharing,
  sorting,
  storing,
  storingAsOne,
  storingInSteps,
  storingLate,
  storingPayload,
} from './mutations.ts';
import { MUTATED_IDS_MUTANTS, REMOVING_MUTANTS } from './removing-mutants.ts';
import { isLike } from './sql-like.ts';

/** For every behaviour of the contract the stores that it has to fail: the compiler sees that none is left out. */
type Mutants = {
  readonly [Group in keyof typeof CONTRACT]: {
    readonly [Sentence in keyof (typeof CONTRACT)[Group]]: Readonly<Record<string, Mutation>>;
  };
};

export const MUTANTS: Mutants = {
  append: {
    'stores every event of a call and answers in the order given': {
      'answers in another order': answering((results) => results.toReversed()),
      'leaves the last event of a call out': answering((results) => results.slice(0, -1)),
    },
    'answers an empty call with an empty list and stores nothing': {
      'fails on nothing': appending(async (events, store) => {
        if (events.length === 0) throw createStoreUnavailableError('syntax error at or near VALUES');
        return appendBatch(store, events);
      }),
    },
    'keeps what was stored before when more is stored': {
      'keeps five events': querying(async (request, store) => (await store.query(request)).slice(-5)),
    },
    'shows what it stored to every read that starts afterwards': { 'stores late': storingLate },
    'takes as many events in one call as the tracker lets pass': {
      'takes 9,999': appending(async (events, store) => {
        if (events.length > 9_999) throw createStoreFullError('too many at once');
        return appendBatch(store, events);
      }),
    },
  },

  idempotency: {
    'counts the same id and content as a duplicate and changes nothing': {
      'says of every event that it was stored': answering((results) =>
        results.map(({ event }) => ({ event, stored: true })),
      ),
    },
    'answers a duplicate with the event as it stands in the store, whatever the order of its members': {
      'answers with what was sent': answering((results, events) =>
        results.map(({ event, stored }, index) => ({ event: events[index] ?? event, stored })),
      ),
      'minds the order of members': appending(async (events, store) => {
        for (const event of events) {
          const known = await store.get(event.id);
          if (known && JSON.stringify(known) !== JSON.stringify(event)) throw createEventIdConflictError([event.id]);
        }
        return appendBatch(store, events);
      }),
    },
    'stores an id once that a call holds several times': {
      'looks for duplicates among what was stored before alone': appending(async (events, store) => {
        const known = await Promise.all(events.map(({ id }) => store.get(id)));
        const results = await appendBatch(store, events);
        return results.map(({ event }, index) => ({ event, stored: !known[index] }));
      }),
    },
    'stores what is new of a call that repeats others': {
      'takes a call with duplicates for a duplicate': appending(async (events, store) => {
        const known = await Promise.all(events.map(({ id }) => store.get(id)));
        if (known.every((event) => event === undefined)) return appendBatch(store, events);
        return events.map((event) => ({ event, stored: false }));
      }),
    },
    'keeps ids apart that differ in one digit': {
      'cuts ids': storing((event) => changed(event, { id: `${event.id.slice(0, 30)}000000` })),
    },
  },

  conflicts: {
    'rejects an id that is taken by other content': {
      'lets the first content stay': equating(() => true),
      'compares as == does': equating(
        (a, b) => JSON.stringify([a]).replaceAll('"', '') === JSON.stringify([b]).replaceAll('"', ''),
      ),
      'does not compare types': equating((a, b) => haveSameContent(a, changed(b, { event_type: a.event_type }))),
      'compares seconds': equating(
        (a, b) =>
          a.timestamp.slice(0, 19) === b.timestamp.slice(0, 19) &&
          haveSameContent(a, changed(b, { timestamp: a.timestamp })),
      ),
      'takes null for absent': equating((a, b) => withoutNulls(a) === withoutNulls(b)),
    },
    'names every id in conflict once, and no other': {
      'names the first alone': conflicting(async ({ ids }) => {
        throw createEventIdConflictError(ids.slice(0, 1));
      }),
      'names an id as often as it is there': conflicting(async ({ ids, events }) => {
        throw createEventIdConflictError(events.map(({ id }) => id).filter((id) => ids.includes(id)));
      }),
      'names duplicates, too': conflicting(async ({ events, store }) => {
        const known = await Promise.all(events.map(({ id }) => store.get(id)));
        throw createEventIdConflictError([...new Set(known.flatMap((event) => event?.id ?? []))]);
      }),
    },
    'stores nothing of a call with a conflict, wherever in the call it stands': {
      'stores the rest of it': conflicting(({ events, ids, store }) =>
        appendBatch(
          store,
          events.filter(({ id }) => !ids.includes(id)),
        ),
      ),
      'stores what comes before the conflict': conflicting(({ events, ids, store }) =>
        appendBatch(
          store,
          events.slice(
            0,
            events.findIndex(({ id }) => ids.includes(id)),
          ),
        ),
      ),
    },
    'rejects a call whose own events are in conflict': {
      'lets the first one win': appending((events, store) => {
        const first = new Map(events.toReversed().map((event) => [event.id, event]));
        return appendBatch(
          store,
          events.map((event) => first.get(event.id) ?? event),
        );
      }),
    },
    'goes on after a rejected call as if it had not been made': {
      'is stuck': (store) => {
        let isStuck = false;
        const unlessStuck = <T>(answer: () => Promise<T>): Promise<T> =>
          isStuck ? Promise.reject(createStoreUnavailableError('the transaction is aborted')) : answer();
        const failing = conflicting(async () => {
          isStuck = true;
        })(store, 1);
        return {
          ...store,
          append: (batches) => unlessStuck(() => failing.append(batches)),
          query: (request) => unlessStuck(() => store.query(request)),
          ping: () => unlessStuck(() => store.ping()),
        };
      },
      'holds the ids of the call as taken': (store) => {
        const taken = new Map<string, Event>();
        const taking = conflicting(async ({ events }) => {
          for (const event of events) taken.set(event.id, taken.get(event.id) ?? event);
        })(store, 1);
        return {
          ...store,
          append: oneByOne(async (events) => {
            const ids = events
              .filter((event) => !haveSameContent(taken.get(event.id) ?? event, event))
              .map(({ id }) => id);
            if (ids.length > 0 && events.length === 2 && (await store.get(events[0]?.id ?? ''))) {
              throw createEventIdConflictError(ids);
            }
            return appendBatch(taking, events);
          }),
        };
      },
    },
  },

  batches: {
    'has an outcome for each batch of a call, in the order given': {
      'fails every batch of a call with one in conflict': failingTogether,
      'rejects the call where a batch is in conflict': rejectingTogether,
      'returns outcomes in another order': outcomes((found) => found.toReversed()),
      'has no outcome for an empty batch': outcomes((found) =>
        found.filter((outcome) => 'conflicts' in outcome || outcome.results.length > 0),
      ),
      'stores what is new of a batch in conflict': conflicting(({ events, ids, store }) =>
        appendBatch(
          store,
          events.filter(({ id }) => !ids.includes(id)),
        ),
      ),
    },
    'returns an empty list for a call without batches': {
      'takes a call for a batch': (store) => ({
        ...store,
        append: (calls) => store.append(calls.length === 0 ? [[]] : calls),
      }),
    },
    'counts batches as if each were appended after the one before': {
      'begins with the last batch': (store) => ({
        ...store,
        append: async (calls) => (await store.append(calls.toReversed())).toReversed(),
      }),
      'keeps the ids of a batch in conflict': keepingIdsOfConflicts,
      'stores the batches of a call as one': storingAsOne,
    },
    'decides any batches as a model does': {
      'keeps the ids of a batch in conflict': keepingIdsOfConflicts,
      'stores the batches of a call as one': storingAsOne,
      'fails every batch of a call with one in conflict': failingTogether,
      'names the first id in conflict alone': outcomes((found) =>
        found.map((outcome) => ('conflicts' in outcome ? { conflicts: outcome.conflicts.slice(0, 1) } : outcome)),
      ),
    },
    'needs at most three calls for a hundred concurrent appends, however many are in conflict': {
      'rejects the call where a batch is in conflict': rejectingTogether,
      'fails every batch of a call with one in conflict': failingTogether,
      'takes ten batches in a call': (store) => ({
        ...store,
        append: async (calls) => {
          if (calls.length > 10) throw createStoreUnavailableError('too many batches');
          return store.append(calls);
        },
      }),
    },
  },

  filtering: {
    'finds an event by its id, and nothing by one that is not stored': {
      'finds some event': (store) => ({
        ...store,
        get: async () => (await store.query({ filter: {}, order: 'asc', limit: 1 }))[0],
      }),
    },
    'finds every event where the filter asks for nothing': {
      'begins in 1970': filtering(({ start = 0n }) => ({ start })),
      'takes undefined for a value': scanning(
        (event, filter) => !('event_type' in filter) || filter.event_type?.includes(event.event_type) === true,
      ),
    },
    'compares types exactly': {
      'does not mind case': scanning((event, { event_type }) =>
        isOneOf(event.event_type, event_type, (type) => type.toLowerCase()),
      ),
      'does not mind spaces': scanning((event, { event_type }) =>
        isOneOf(event.event_type, event_type, (type) => type.trim()),
      ),
      'normalises text': scanning((event, { event_type }) =>
        isOneOf(event.event_type, event_type, (type) => type.normalize()),
      ),
      'compares numbers': scanning((event, { event_type }) =>
        isOneOf(event.event_type, event_type, (type) => String(Number(type) || type)),
      ),
      'takes % and _ for patterns': scanning(
        (event, { event_type }) => event_type?.some((type) => isLike(event.event_type, type)) ?? true,
      ),
    },
    'finds events of any of several types': {
      'reads the first type': filtering(({ event_type }) => ({ event_type: event_type?.slice(0, 1) })),
      'reads 50 types': filtering(({ event_type }) => ({ event_type: event_type?.slice(0, 50) })),
    },
    'finds an event once where its type is named twice': { 'reads type after type': readingTypeAfterType() },
    'finds nothing where the list of types is empty': {
      'takes an empty list for none': filtering(({ event_type }) => ({
        event_type: event_type?.length === 0 ? undefined : event_type,
      })),
    },
    ...PREFIX_MUTANTS,
    'counts both ends of a range in, to the nanosecond': {
      'counts the start out': filtering(({ start }) => ({ start: start === undefined ? start : start + 1n })),
      'counts the end out': filtering(({ end }) => ({ end: end === undefined ? end : end - 1n })),
      'compares microseconds': filtering(({ start, end }) => ({
        start: start === undefined ? start : (start / 1_000n) * 1_000n,
        end: end === undefined ? end : (end / 1_000n) * 1_000n + 999n,
      })),
    },
    'keeps every instant apart from 1900 to 2262': {
      'counts in doubles': scanning(({ timestamp }, { start, end }) => {
        const time = Number(epochNanosecondsOf(timestamp));
        return time >= Number(start ?? time) && time <= Number(end ?? time);
      }),
    },
    'finds what matches type and range together': {
      'overlooks the end of a range with types': filtering(({ event_type, end }) => ({
        end: event_type ? undefined : end,
      })),
    },
  },

  'filtering payloads': FILTERING_PAYLOADS_MUTANTS,

  order: {
    'returns events in ascending time, in whatever order they came': {
      'sorts timestamps as text': sorting((a, b) => compare(a.timestamp, b.timestamp)),
      'sorts by the millisecond': sorting((a, b) => compare(milliseconds(a), milliseconds(b)) || compare(a.id, b.id)),
    },
    'returns events in descending time where asked to': {
      'knows one direction': asking(() => ({ order: 'asc' })),
      'turns the first page around': querying(async (request, store) =>
        (await store.query({ ...request, order: 'asc' })).toSorted((a, b) =>
          request.order === 'asc' ? 0 : -compare(time(a), time(b)),
        ),
      ),
    },
    'returns events of one instant by id as text': {
      'sorts ids by their second half': sorting(
        (a, b) => compare(time(a), time(b)) || compare(a.id.slice(19), b.id.slice(19)) || compare(a.id, b.id),
      ),
      'keeps the order of arrival': arriving(),
    },
    'keeps the order among the events that a filter finds': { 'reads type after type': readingTypeAfterType() },
  },

  paging: {
    'returns at most as many events as asked for, and fewer only where no more match': {
      'returns one more': asking(({ limit }) => ({ limit: limit + 1 })),
      'returns one less': asking(({ limit }) => ({ limit: Math.max(1, limit - 1) })),
    },
    'leads through all events once, page after page, in both directions': {
      'goes on at the next instant': asking(({ after, order }) => ({
        after: after && {
          ...after,
          id: order === 'asc' ? 'ffffffff-ffff-ffff-ffff-ffffffffffff' : '00000000-0000-0000-0000-000000000000',
        },
      })),
    },
    'leads through the events that a filter finds': {
      'forgets types after the first page': asking(({ filter, after }) => ({
        filter: after ? { ...filter, event_type: undefined } : filter,
      })),
      'forgets the range after the first page': asking(({ filter, after }) => ({
        filter: after ? { event_type: filter.event_type } : filter,
      })),
    },
    'continues strictly after the position of any event': {
      'repeats the event at the position': querying(async (request, store) => {
        const page = await store.query(request);
        const at = request.after && (await store.get(request.after.id));
        return at && matchesFilter(at, request.filter) ? [at, ...page].slice(0, request.limit) : page;
      }),
    },
    'takes a position as a place at which no event need stand': {
      'begins anew where no event stands': querying(async (request, store) => {
        const at = request.after && (await store.get(request.after.id));
        return store.query({ ...request, after: at && request.after });
      }),
    },
    'takes positions that the filter would not find': {
      'begins anew at such a position': querying(async (request, store) => {
        const at = request.after && (await store.get(request.after.id));
        return store.query({ ...request, after: at && matchesFilter(at, request.filter) ? request.after : undefined });
      }),
    },
    'answers the largest page that the tracker asks for': {
      'returns at most 10,000': asking(({ limit }) => ({ limit: Math.min(limit, 10_000) })),
    },
  },

  cost: {
    'takes about as long for a page among many events as for one among few': {
      'reads everything': scanning(matchesFilter),
    },
  },

  'content fidelity': {
    'gives back members in their order': {
      'sorts members': storingPayload((_, value) =>
        isObject(value) ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => compare(a, b))) : value,
      ),
    },
    'gives back names that objects inherit, as data': {
      'drops such names': storingPayload((name, value) => (name in {} ? undefined : value)),
    },
    'gives back numbers to the last bit': {
      'keeps single floats': storingPayload((_, value) => (typeof value === 'number' ? Math.fround(value) : value)),
      'keeps 32-bit integers': storingPayload((_, value) => (Number.isInteger(value) ? Number(value) | 0 : value)),
    },
    'gives back any text, as value and as name': {
      'normalises text': storingPayload((_, value) => (typeof value === 'string' ? value.normalize() : value)),
      'drops what is beyond 16 bits': storingPayload((_, value) =>
        typeof value === 'string' ? value.replaceAll(/[\u{10000}-\u{10ffff}]/gu, '\ufffd') : value,
      ),
    },
    'gives back what is empty as it was': {
      'takes an empty array for null': storingPayload((_, value) =>
        Array.isArray(value) && value.length === 0 ? null : value,
      ),
    },
    'gives back nesting of 32 levels': {
      'goes 30 levels deep': storingPayload((_, value) => (depthOf(value) > 30 ? {} : value)),
    },
    'gives back payloads of the largest size': {
      'cuts text at 64 KiB': storingPayload((_, value) => (typeof value === 'string' ? value.slice(0, 65_535) : value)),
    },
    'gives back types of any text up to 255 characters': {
      'trims types': storing((event) => changed(event, { event_type: event.event_type.trim() || ' ' })),
      'cuts types at 255 code units': storing((event) =>
        changed(event, { event_type: event.event_type.slice(0, 255) }),
      ),
    },
    'gives back timestamps to the nanosecond': {
      'keeps microseconds': storing((event) =>
        changed(event, { timestamp: formatTimestamp((epochNanosecondsOf(event.timestamp) / 1_000n) * 1_000n) }),
      ),
      'writes milliseconds always': storing((event) =>
        changed(event, { timestamp: event.timestamp.replace(/^([^.]*)Z$/, '$1.000Z') }),
      ),
    },
    'gives back ids of every version and variant': {
      'makes them version 4': storing((event) =>
        changed(event, { id: `${event.id.slice(0, 14)}4${event.id.slice(15)}` }),
      ),
    },
    'gives back random payloads': {
      'writes numbers with 15 digits': storingPayload((_, value) =>
        typeof value === 'number' ? Number(value.toPrecision(15)) : value,
      ),
    },
  },

  'random queries': {
    'answers as matchesFilter and comparePositions do, page by page': {
      ...RANDOM_FILTER_MUTANTS,
      'counts the start out when it descends': asking(({ filter, order }) => ({
        filter: order === 'desc' && filter.start !== undefined ? { ...filter, start: filter.start + 1n } : filter,
      })),
    },
    'answers as matchesFilter and comparePositions do, read to the end': {
      'reads two types': filtering(({ event_type }) => ({ event_type: event_type?.slice(0, 2) })),
    },
  },

  aggregating: AGGREGATING_MUTANTS,
  'random aggregates': RANDOM_AGGREGATE_MUTANTS,

  'racing appends': {
    'stores an id once and tells one call so, however many bring it at once': { 'stores in steps': storingInSteps },
    'shows an event to every call that was told of it, first or not': { 'answers for others': answeringForOthers },
    'takes the same batches at once, in whatever order their events are': { 'runs into deadlocks': deadlocking() },
    'lets one of several contents have an id and rejects the others': { 'stores in steps': storingInSteps },
    'stores a batch whole or not at all, whatever it races with': {
      'stores in steps': storingInSteps,
      'stores the rest of it': conflicting(({ events, ids, store }) =>
        appendBatch(
          store,
          events.filter(({ id }) => !ids.includes(id)),
        ),
      ),
    },
    'stores valid calls that are made together with rejected ones': { 'commits together': committingTogether },
  },

  'reading while writing': {
    'never shows half a batch in a page': { 'stores in steps': storingInSteps },
    'finds an event by its id only where its whole batch is there': { 'stores in steps': storingInSteps },
    'leads once through all that was there at the start, while others write': { 'pages by offset': pagingByOffset },
    'leads once through all that was there at the start, when others write around every position': {
      'pages by offset': pagingByOffset,
    },
    'shows what a call stored to the reads after it, while others write': { 'stores late': storingLate },
  },

  removing: REMOVING_MUTANTS,

  'order of arrival': ARRIVAL_MUTANTS,
  'racing arrivals': RACING_ARRIVALS_MUTANTS,

  mutability: {
    'is unchanged when what was handed in is mutated': { 'keeps what was handed in': sharing((event) => event) },
    'is unchanged when what was handed in is mutated while the call is under way': {
      'waits before it copies': appending(async (events, store) => {
        await setTimeout(1);
        return appendBatch(store, events);
      }),
    },
    'is unchanged when what it answered is mutated': {
      'hands out what it keeps': sharing((event) => structuredClone(event)),
    },
    'answers what was asked when the question is mutated while the call is under way': {
      'waits before it reads the question': querying(async (request, store) => {
        await setTimeout(1);
        return store.query(request);
      }),
    },
    'removes what was asked when the ids are mutated while the call is under way': MUTATED_IDS_MUTANTS,
  },

  lifecycle: {
    'is empty when it is new': {
      'has an event of its own': (store) => {
        const event = {
          id: '018cc251-f400-7000-8000-000000000001',
          event_type: 'opened',
          timestamp: '2025-01-01T12:00:00Z',
          payload: {},
        };
        return { ...store, query: async (request) => [event, ...(await store.query(request))] };
      },
    },
    'answers a ping while it is open': {
      'cannot be pinged': (store) => ({
        ...store,
        ping: () => Promise.reject(createStoreUnavailableError('no such function')),
      }),
    },
    'rejects every call after close as unavailable': {
      'finds nothing when it is closed': (store) => ({ ...store, get: (id) => store.get(id).catch(() => undefined) }),
      'works out nothing when it is closed': (store) => ({
        ...store,
        aggregate: (request) => store.aggregate(request).catch(() => []),
      }),
      'removes nothing when it is closed': deleting((ids, store) => store.delete(ids).catch(() => 0)),
      'answers pings when it is closed': (store) => ({ ...store, ping: async () => {} }),
      'fails in its own way': (store) => ({
        ...store,
        query: (request) => store.query(request).catch(() => Promise.reject(new Error('pool has ended'))),
      }),
      'answers until it is closed': (store) => ({ ...store, close: () => setTimeout(5).then(() => store.close()) }),
    },
    'waits for the calls under way before it is closed': {
      'closes at once': appending(async (events, store) => {
        await setTimeout(5);
        return appendBatch(store, events);
      }),
    },
    'takes being closed again without harm': {
      'closes once': (store) => {
        let isClosed = false;
        return {
          ...store,
          close: async () => {
            if (isClosed) throw createStoreUnavailableError('already closed');
            isClosed = true;
            await store.close();
          },
        };
      },
    },
    'keeps beyond close what it declares to keep': {
      'loses the last event': (store, opening) =>
        opening === 1 ? store : querying(async (request) => (await store.query(request)).slice(0, -1))(store, opening),
      'keeps what it said it would not': (store) => ({
        ...store,
        guarantees: { ...store.guarantees, durability: 'process' },
      }),
    },
    'knows after it was opened again which ids are taken': {
      'does not know them': (store, opening) => (opening === 1 ? store : equating(() => true)(store, opening)),
    },
  },
};

/** Puts the pages of each type behind one another. */
function readingTypeAfterType(): Mutation {
  return querying(async (request, store) => {
    const { event_type } = request.filter;
    if (!event_type) return store.query(request);
    const pages = event_type.map((type) =>
      store.query({ ...request, filter: { ...request.filter, event_type: [type] } }),
    );
    return (await Promise.all(pages)).flat().slice(0, request.limit);
  });
}

/** Sorts the events of one instant by their arrival. */
function arriving(): Mutation {
  const arrivals = new Map<string, number>();
  return (store) => ({
    ...sorting((a, b) => compare(time(a), time(b)) || (arrivals.get(a.id) ?? 0) - (arrivals.get(b.id) ?? 0))(store, 1),
    append: oneByOne((events) => {
      for (const { id } of events) arrivals.set(id, arrivals.get(id) ?? arrivals.size);
      return appendBatch(store, events);
    }),
  });
}

/** Fails a call that meets another one under way over the same ids. */
function deadlocking(): Mutation {
  const locked = new Set<string>();
  return appending(async (events, store) => {
    if (events.some(({ id }) => locked.has(id))) throw createStoreUnavailableError('deadlock detected');
    for (const { id } of events) locked.add(id);
    await setTimeout(1);
    for (const { id } of events) locked.delete(id);
    return appendBatch(store, events);
  });
}

function isOneOf(type: string, types: readonly string[] | undefined, normalise: (type: string) => string): boolean {
  return types === undefined || types.map(normalise).includes(normalise(type));
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function depthOf(value: JsonValue): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

function withoutNulls(event: Event): string {
  return JSON.stringify(event, (_, value: unknown) => value ?? undefined);
}

function time(event: Event): bigint {
  return positionOf(event).epochNanoseconds;
}

function milliseconds(event: Event): bigint {
  return time(event) / 1_000_000n;
}

function compare<T extends bigint | string>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

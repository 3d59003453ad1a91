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
import { ABORTING_MUTANTS } from './aborting-mutants.ts';
import { AGGREGATING_MUTANTS, RANDOM_AGGREGATE_MUTANTS } from './aggregate-mutants.ts';
import { ARRIVAL_MUTANTS, RACING_ARRIVALS_MUTANTS } from './arrival-mutants.ts';
import { DELETION_MUTANTS, MUTATED_IDS_MUTANTS } from './deletion-mutants.ts';
import { FILTERING_PAYLOADS_MUTANTS, PREFIX_MUTANTS, RANDOM_FILTER_MUTANTS } from './filter-mutants.ts';
import {
  appending,
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
  reportingDuplicatesEarly,
  requesting,
  returning,
  scanning,
  sharing,
  sorting,
  storing,
  storingAsOne,
  storingInSteps,
  storingLate,
  storingPayload,
} from './mutations.ts';
import { PERCENTILES_MUTANTS } from './percentile-mutants.ts';
import { SEARCHING_MUTANTS } from './searching-mutants.ts';
import { isLike } from './sql-like.ts';

/** For every behaviour of the contract, the faulty stores that it must reject. The compiler checks that no behaviour is missing. */
type Mutants = {
  readonly [Group in keyof typeof CONTRACT]: {
    readonly [Sentence in keyof (typeof CONTRACT)[Group]]: Readonly<Record<string, Mutation>>;
  };
};

export const MUTANTS: Mutants = {
  append: {
    'stores every event of a call and returns results in the given order': {
      'returns results in another order': returning((results) => results.toReversed()),
      'omits the last event of a call': returning((results) => results.slice(0, -1)),
    },
    'returns an empty list for an empty batch and stores nothing': {
      'fails for an empty batch': appending(async (events, store) => {
        if (events.length === 0) throw createStoreUnavailableError('syntax error at or near VALUES');
        return appendBatch(store, events);
      }),
    },
    'keeps stored events when more are stored': {
      'keeps only five events': querying(async (request, store) => (await store.query(request)).slice(-5)),
    },
    'returns stored events to every read that starts afterwards': { 'stores late': storingLate },
    'accepts the largest batch that the tracker accepts': {
      'takes 9,999': appending(async (events, store) => {
        if (events.length > 9_999) throw createStoreFullError('too many events');
        return appendBatch(store, events);
      }),
    },
  },

  idempotency: {
    'reports the same id and content as a duplicate and changes nothing': {
      'reports every event as stored': returning((results) => results.map(({ event }) => ({ event, stored: true }))),
    },
    'returns the stored event for a duplicate whose members are in another order': {
      'returns the sent event': returning((results, events) =>
        results.map(({ event, stored }, index) => ({ event: events[index] ?? event, stored })),
      ),
      'compares the order of members': appending(async (events, store) => {
        for (const event of events) {
          const known = await store.get(event.id);
          if (known && JSON.stringify(known) !== JSON.stringify(event)) throw createEventIdConflictError([event.id]);
        }
        return appendBatch(store, events);
      }),
    },
    'stores an id once if a call contains it several times': {
      'finds only duplicates of stored events': appending(async (events, store) => {
        const known = await Promise.all(events.map(({ id }) => store.get(id)));
        const results = await appendBatch(store, events);
        return results.map(({ event }, index) => ({ event, stored: !known[index] }));
      }),
    },
    'stores the new events of a call that also has duplicates': {
      'treats a call with duplicates as a duplicate': appending(async (events, store) => {
        const known = await Promise.all(events.map(({ id }) => store.get(id)));
        if (known.every((event) => event === undefined)) return appendBatch(store, events);
        return events.map((event) => ({ event, stored: false }));
      }),
    },
    'distinguishes ids that differ in one digit': {
      'truncates ids': storing((event) => changed(event, { id: `${event.id.slice(0, 30)}000000` })),
    },
  },

  conflicts: {
    'rejects an id that is stored with other content': {
      'keeps the first content silently': equating(() => true),
      'compares with ==': equating(
        (a, b) => JSON.stringify([a]).replaceAll('"', '') === JSON.stringify([b]).replaceAll('"', ''),
      ),
      'does not compare types': equating((a, b) => haveSameContent(a, changed(b, { event_type: a.event_type }))),
      'compares seconds': equating(
        (a, b) =>
          a.timestamp.slice(0, 19) === b.timestamp.slice(0, 19) &&
          haveSameContent(a, changed(b, { timestamp: a.timestamp })),
      ),
      'treats null as absent': equating((a, b) => withoutNulls(a) === withoutNulls(b)),
    },
    'reports every conflicting id once, and no other id': {
      'reports only the first id': conflicting(async ({ ids }) => {
        throw createEventIdConflictError(ids.slice(0, 1));
      }),
      'reports an id once per event': conflicting(async ({ ids, events }) => {
        throw createEventIdConflictError(events.map(({ id }) => id).filter((id) => ids.includes(id)));
      }),
      'reports duplicates, too': conflicting(async ({ events, store }) => {
        const known = await Promise.all(events.map(({ id }) => store.get(id)));
        throw createEventIdConflictError([...new Set(known.flatMap((event) => event?.id ?? []))]);
      }),
    },
    'stores nothing of a call with a conflict at any position': {
      'stores the other events': conflicting(({ events, ids, store }) =>
        appendBatch(
          store,
          events.filter(({ id }) => !ids.includes(id)),
        ),
      ),
      'stores the events before the conflict': conflicting(({ events, ids, store }) =>
        appendBatch(
          store,
          events.slice(
            0,
            events.findIndex(({ id }) => ids.includes(id)),
          ),
        ),
      ),
    },
    'rejects a call whose events conflict with each other': {
      'keeps the first content of the call': appending((events, store) => {
        const first = new Map(events.toReversed().map((event) => [event.id, event]));
        return appendBatch(
          store,
          events.map((event) => first.get(event.id) ?? event),
        );
      }),
    },
    'works after a rejected call as if the call had not been made': {
      'fails all calls after a conflict': (store) => {
        let isFailing = false;
        const unlessFailing = <T>(call: () => Promise<T>): Promise<T> =>
          isFailing ? Promise.reject(createStoreUnavailableError('the transaction is aborted')) : call();
        const failing = conflicting(async () => {
          isFailing = true;
        })(store, 1);
        return {
          ...store,
          append: (batches) => unlessFailing(() => failing.append(batches)),
          query: (request) => unlessFailing(() => store.query(request)),
          ping: () => unlessFailing(() => store.ping()),
        };
      },
      'keeps the ids of the rejected call': (store) => {
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
    'returns an outcome for each batch of a call, in the given order': {
      'rejects every batch of a call if one is in conflict': failingTogether,
      'rejects the call if a batch is in conflict': rejectingTogether,
      'returns outcomes in another order': outcomes((found) => found.toReversed()),
      'returns no outcome for an empty batch': outcomes((found) =>
        found.filter((outcome) => 'conflicts' in outcome || outcome.results.length > 0),
      ),
      'stores the new events of a batch in conflict': conflicting(({ events, ids, store }) =>
        appendBatch(
          store,
          events.filter(({ id }) => !ids.includes(id)),
        ),
      ),
    },
    'returns an empty list for a call without batches': {
      'treats a call as one batch': (store) => ({
        ...store,
        append: (calls) => store.append(calls.length === 0 ? [[]] : calls),
      }),
    },
    'handles batches as if they were appended one after the other': {
      'handles the last batch first': (store) => ({
        ...store,
        append: async (calls) => (await store.append(calls.toReversed())).toReversed(),
      }),
      'keeps the ids of a batch in conflict': keepingIdsOfConflicts,
      'stores the batches of a call as one': storingAsOne,
    },
    'returns the same outcomes as a model for random batches': {
      'keeps the ids of a batch in conflict': keepingIdsOfConflicts,
      'stores the batches of a call as one': storingAsOne,
      'rejects every batch of a call if one is in conflict': failingTogether,
      'reports only the first conflicting id': outcomes((found) =>
        found.map((outcome) => ('conflicts' in outcome ? { conflicts: outcome.conflicts.slice(0, 1) } : outcome)),
      ),
    },
    'needs at most three calls for a hundred concurrent appends with any number of conflicts': {
      'rejects the call if a batch is in conflict': rejectingTogether,
      'rejects every batch of a call if one is in conflict': failingTogether,
      'accepts only ten batches in a call': (store) => ({
        ...store,
        append: async (calls) => {
          if (calls.length > 10) throw createStoreUnavailableError('too many batches');
          return store.append(calls);
        },
      }),
    },
  },

  filtering: {
    'finds an event by its id, and nothing by an unknown id': {
      'finds any event': (store) => ({
        ...store,
        get: async () => (await store.query({ filter: {}, order: 'asc', limit: 1 }))[0],
      }),
    },
    'finds every event with an empty filter': {
      'starts in 1970 by default': filtering(({ start = 0n }) => ({ start })),
      'treats undefined as a value': scanning(
        (event, filter) => !('event_type' in filter) || filter.event_type?.includes(event.event_type) === true,
      ),
    },
    'compares types exactly': {
      'ignores case': scanning((event, { event_type }) =>
        isOneOf(event.event_type, event_type, (type) => type.toLowerCase()),
      ),
      'ignores spaces': scanning((event, { event_type }) =>
        isOneOf(event.event_type, event_type, (type) => type.trim()),
      ),
      'normalises text': scanning((event, { event_type }) =>
        isOneOf(event.event_type, event_type, (type) => type.normalize()),
      ),
      'compares types as numbers': scanning((event, { event_type }) =>
        isOneOf(event.event_type, event_type, (type) => String(Number(type) || type)),
      ),
      'reads % and _ as patterns': scanning(
        (event, { event_type }) => event_type?.some((type) => isLike(event.event_type, type)) ?? true,
      ),
    },
    'finds events of any of several types': {
      'reads only the first type': filtering(({ event_type }) => ({ event_type: event_type?.slice(0, 1) })),
      'reads only 50 types': filtering(({ event_type }) => ({ event_type: event_type?.slice(0, 50) })),
    },
    'finds an event once if its type is given twice': { 'reads one type after the other': readingTypeAfterType() },
    'finds nothing if the list of types is empty': {
      'treats an empty list as no filter': filtering(({ event_type }) => ({
        event_type: event_type?.length === 0 ? undefined : event_type,
      })),
    },
    ...PREFIX_MUTANTS,
    'includes both ends of a range, to the nanosecond': {
      'excludes the start': filtering(({ start }) => ({ start: start === undefined ? start : start + 1n })),
      'excludes the end': filtering(({ end }) => ({ end: end === undefined ? end : end - 1n })),
      'compares microseconds': filtering(({ start, end }) => ({
        start: start === undefined ? start : (start / 1_000n) * 1_000n,
        end: end === undefined ? end : (end / 1_000n) * 1_000n + 999n,
      })),
    },
    'distinguishes instants to the nanosecond, from 1900 to 2262': {
      'computes with doubles': scanning(({ timestamp }, { start, end }) => {
        const time = Number(epochNanosecondsOf(timestamp));
        return time >= Number(start ?? time) && time <= Number(end ?? time);
      }),
    },
    'finds events that match both type and range': {
      'ignores the end of a range if there are types': filtering(({ event_type, end }) => ({
        end: event_type ? undefined : end,
      })),
    },
  },

  'filtering payloads': FILTERING_PAYLOADS_MUTANTS,
  searching: SEARCHING_MUTANTS,

  order: {
    'returns events in ascending time, regardless of their order of arrival': {
      'sorts timestamps as text': sorting((a, b) => compare(a.timestamp, b.timestamp)),
      'sorts by milliseconds': sorting((a, b) => compare(milliseconds(a), milliseconds(b)) || compare(a.id, b.id)),
    },
    'returns events in descending time on request': {
      'supports only one direction': requesting(() => ({ order: 'asc' })),
      'reverses the first page': querying(async (request, store) =>
        (await store.query({ ...request, order: 'asc' })).toSorted((a, b) =>
          request.order === 'asc' ? 0 : -compare(time(a), time(b)),
        ),
      ),
    },
    'returns events of one instant ordered by id': {
      'sorts ids by their second half': sorting(
        (a, b) => compare(time(a), time(b)) || compare(a.id.slice(19), b.id.slice(19)) || compare(a.id, b.id),
      ),
      'keeps the order of arrival': arriving(),
    },
    'returns filtered events in order': { 'reads one type after the other': readingTypeAfterType() },
  },

  paging: {
    'returns at most `limit` events, and fewer only if no more match': {
      'returns one event more': requesting(({ limit }) => ({ limit: limit + 1 })),
      'returns one event less': requesting(({ limit }) => ({ limit: Math.max(1, limit - 1) })),
    },
    'returns each event once, page by page, in both directions': {
      'continues at the next instant': requesting(({ after, order }) => ({
        after: after && {
          ...after,
          id: order === 'asc' ? 'ffffffff-ffff-ffff-ffff-ffffffffffff' : '00000000-0000-0000-0000-000000000000',
        },
      })),
    },
    'pages through filtered events': {
      'forgets types after the first page': requesting(({ filter, after }) => ({
        filter: after ? { ...filter, event_type: undefined } : filter,
      })),
      'forgets the range after the first page': requesting(({ filter, after }) => ({
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
    'continues after a position without an event': {
      'starts again if no event is at the position': querying(async (request, store) => {
        const at = request.after && (await store.get(request.after.id));
        return store.query({ ...request, after: at && request.after });
      }),
    },
    'continues after a position that the filter excludes': {
      'starts again at an excluded position': querying(async (request, store) => {
        const at = request.after && (await store.get(request.after.id));
        return store.query({ ...request, after: at && matchesFilter(at, request.filter) ? request.after : undefined });
      }),
    },
    'returns the largest page that the tracker requests': {
      'returns at most 10,000': requesting(({ limit }) => ({ limit: Math.min(limit, 10_000) })),
    },
  },

  cost: {
    'reads a page of many stored events about as fast as a page of few': {
      'reads every event': scanning(matchesFilter),
    },
  },

  'content fidelity': {
    'returns members in their order': {
      'sorts members': storingPayload((_, value) =>
        isObject(value) ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => compare(a, b))) : value,
      ),
    },
    'returns names that objects inherit as data': {
      'drops inherited names': storingPayload((name, value) => (name in {} ? undefined : value)),
    },
    'returns numbers without rounding': {
      'rounds to single precision': storingPayload((_, value) =>
        typeof value === 'number' ? Math.fround(value) : value,
      ),
      'converts integers to 32 bits': storingPayload((_, value) =>
        Number.isInteger(value) ? Number(value) | 0 : value,
      ),
    },
    'returns any text, as a value and as a name': {
      'normalises text': storingPayload((_, value) => (typeof value === 'string' ? value.normalize() : value)),
      'drops characters beyond 16 bits': storingPayload((_, value) =>
        typeof value === 'string' ? value.replaceAll(/[\u{10000}-\u{10ffff}]/gu, '\ufffd') : value,
      ),
    },
    'returns empty values unchanged': {
      'stores an empty array as null': storingPayload((_, value) =>
        Array.isArray(value) && value.length === 0 ? null : value,
      ),
    },
    'returns 32 levels of nesting': {
      'stores only 30 levels': storingPayload((_, value) => (depthOf(value) > 30 ? {} : value)),
    },
    'returns payloads of the largest size': {
      'truncates text at 64 KiB': storingPayload((_, value) =>
        typeof value === 'string' ? value.slice(0, 65_535) : value,
      ),
    },
    'returns events whose copies have all members': {
      'returns events that inherit their payload': querying(async (request, store) =>
        (await store.query(request)).map(({ payload, ...event }) => Object.assign(Object.create({ payload }), event)),
      ),
    },
    'returns event types of any text up to 255 characters': {
      'trims types': storing((event) => changed(event, { event_type: event.event_type.trim() || ' ' })),
      'truncates types at 255 code units': storing((event) =>
        changed(event, { event_type: event.event_type.slice(0, 255) }),
      ),
    },
    'returns timestamps to the nanosecond': {
      'stores only microseconds': storing((event) =>
        changed(event, { timestamp: formatTimestamp((epochNanosecondsOf(event.timestamp) / 1_000n) * 1_000n) }),
      ),
      'always writes milliseconds': storing((event) =>
        changed(event, { timestamp: event.timestamp.replace(/^([^.]*)Z$/, '$1.000Z') }),
      ),
    },
    'returns ids of every version and variant': {
      'changes ids to version 4': storing((event) =>
        changed(event, { id: `${event.id.slice(0, 14)}4${event.id.slice(15)}` }),
      ),
    },
    'returns random payloads unchanged': {
      'rounds to 15 digits': storingPayload((_, value) =>
        typeof value === 'number' ? Number(value.toPrecision(15)) : value,
      ),
    },
  },

  'random queries': {
    'returns single pages as matchesFilter and comparePositions define them': {
      ...RANDOM_FILTER_MUTANTS,
      'excludes the start in descending order': requesting(({ filter, order }) => ({
        filter: order === 'desc' && filter.start !== undefined ? { ...filter, start: filter.start + 1n } : filter,
      })),
    },
    'returns all pages as matchesFilter and comparePositions define them': {
      'reads only two types': filtering(({ event_type }) => ({ event_type: event_type?.slice(0, 2) })),
    },
  },

  aggregating: AGGREGATING_MUTANTS,
  percentiles: PERCENTILES_MUTANTS,
  'random aggregates': RANDOM_AGGREGATE_MUTANTS,

  'racing appends': {
    'stores an id once and reports it as stored to one of many concurrent calls': { 'stores in steps': storingInSteps },
    'returns an event to every caller whose append has resolved, also for duplicates': {
      'reports a duplicate before the event is stored': reportingDuplicatesEarly,
    },
    'stores the same events once from concurrent batches in different orders': {
      'fails with deadlocks': deadlocking(),
    },
    'stores one of several concurrent contents of an id and rejects the others': { 'stores in steps': storingInSteps },
    'stores a batch as a whole or not at all when batches conflict': {
      'stores in steps': storingInSteps,
      'stores the other events': conflicting(({ events, ids, store }) =>
        appendBatch(
          store,
          events.filter(({ id }) => !ids.includes(id)),
        ),
      ),
    },
    'stores valid calls that are concurrent with rejected calls': {
      'commits concurrent calls as one': committingTogether,
    },
  },

  'reading while writing': {
    'never returns a part of a batch in a page': { 'stores in steps': storingInSteps },
    'finds an event by its id only if its whole batch is stored': { 'stores in steps': storingInSteps },
    'returns every earlier event once while others write': { 'pages by offset': pagingByOffset },
    'returns every earlier event once when others write around every position': {
      'pages by offset': pagingByOffset,
    },
    'returns stored events to later reads while others write': { 'stores late': storingLate },
  },

  deletion: DELETION_MUTANTS,

  aborting: ABORTING_MUTANTS,

  'order of arrival': ARRIVAL_MUTANTS,
  'racing arrivals': RACING_ARRIVALS_MUTANTS,

  mutability: {
    'is not affected when appended events are mutated': { 'keeps the appended objects': sharing((event) => event) },
    'is not affected when appended events are mutated during the call': {
      'waits before it copies': appending(async (events, store) => {
        await setTimeout(1);
        return appendBatch(store, events);
      }),
    },
    'is not affected when returned events are mutated': {
      'returns the stored objects': sharing((event) => structuredClone(event)),
    },
    'is not affected when the request is mutated during the call': {
      'waits before it reads the request': querying(async (request, store) => {
        await setTimeout(1);
        return store.query(request);
      }),
    },
    'is not affected when the ids are mutated during a deletion': MUTATED_IDS_MUTANTS,
  },

  lifecycle: {
    'is empty when new': {
      'starts with an event': (store) => {
        const event = {
          id: '018cc251-f400-7000-8000-000000000001',
          event_type: 'opened',
          timestamp: '2025-01-01T12:00:00Z',
          payload: {},
        };
        return { ...store, query: async (request) => [event, ...(await store.query(request))] };
      },
    },
    'responds to a ping while open': {
      'rejects pings': (store) => ({
        ...store,
        ping: () => Promise.reject(createStoreUnavailableError('no such function')),
      }),
    },
    'rejects every call after close with store_unavailable': {
      'finds nothing when closed': (store) => ({ ...store, get: (id) => store.get(id).catch(() => undefined) }),
      'returns no cells when closed': (store) => ({
        ...store,
        aggregate: (request) => store.aggregate(request).catch(() => []),
      }),
      'deletes nothing when closed': deleting((ids, store) => store.delete(ids).catch(() => 0)),
      'responds to pings when closed': (store) => ({ ...store, ping: async () => {} }),
      'rejects with another error': (store) => ({
        ...store,
        query: (request) => store.query(request).catch(() => Promise.reject(new Error('pool has ended'))),
      }),
      'responds until close resolves': (store) => ({ ...store, close: () => setTimeout(5).then(() => store.close()) }),
    },
    'waits for running calls before close resolves': {
      'closes immediately': appending(async (events, store) => {
        await setTimeout(5);
        return appendBatch(store, events);
      }),
    },
    'can be closed again without effect': {
      'can be closed only once': (store) => {
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
    'keeps events after close as its durability declares': {
      'loses the last event': (store, opening) =>
        opening === 1 ? store : querying(async (request) => (await store.query(request)).slice(0, -1))(store, opening),
      'keeps events against its declared durability': (store) => ({
        ...store,
        guarantees: { ...store.guarantees, durability: 'process' },
      }),
    },
    'knows the stored ids after reopening': {
      'forgets the stored ids': (store, opening) => (opening === 1 ? store : equating(() => true)(store, opening)),
    },
  },
};

/** Concatenates the pages of each type. */
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

/** Orders events of one instant by arrival. */
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

/** Rejects a call if another running call has the same ids. */
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

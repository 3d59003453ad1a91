import { setImmediate } from 'node:timers/promises';
import type { Event, EventId } from '@event-tracker/core';
import {
  type AggregateCell,
  type AggregateRequest,
  type AppendOutcome,
  type Arrival,
  type ArrivalRequest,
  aggregateEvents,
  checkSequence,
  comparePositions,
  createStoreId,
  DEFAULT_STORE_DEADLINES,
  type EventPosition,
  type EventStorePort,
  haveSameContent,
  matchesFilter,
  type PageRequest,
  type StoreGuarantees,
  type StoreReadOptions,
  throwIfAborted,
  withOrderlyClose,
  withTurns,
} from '@event-tracker/core/store';
import { freezeDeep, positionOf } from '../src/event-builder.ts';
import type { EventStoreHarness } from '../src/harness.ts';

/** The strongest guarantees. */
const ALL_GUARANTEES: StoreGuarantees = {
  durability: 'disk',
  conflicts: 'exact',
  batches: 'exact',
  following: 'exact',
};

interface Kept {
  readonly id: string;
  /** All events that were stored, in order of arrival. */
  readonly arrivals: Arrival[];
  readonly byId: Map<EventId, Event>;
  /** In the total order. */
  readonly all: Placed[];
  /** Each list is in the total order. */
  readonly byType: Map<string, Placed[]>;
}

interface Placed {
  readonly event: Event;
  readonly position: EventPosition;
}

/** Opens stores that are simple enough to be correct: except for aggregates, no call waits for anything. */
export function createNaiveHarness(guarantees = ALL_GUARANTEES): EventStoreHarness {
  const places = new Map<string, Kept>();
  return {
    open: (place) => {
      const known = guarantees.durability === 'process' ? undefined : places.get(place);
      const kept: Kept = known ?? { id: createStoreId(), arrivals: [], byId: new Map(), all: [], byType: new Map() };
      places.set(place, kept);
      return createNaiveEventStore(kept, guarantees);
    },
    isShared: true,
    delete: (place) => {
      places.delete(place);
    },
  };
}

function createNaiveEventStore(kept: Kept, guarantees: StoreGuarantees): EventStorePort {
  const store: EventStorePort = {
    id: kept.id,
    guarantees,
    append: async (batches) => appendAll(kept, batches),
    get: async (id) => kept.byId.get(id),
    query: async (page, options) => {
      await abortable(options);
      return findPage(kept, page);
    },
    aggregate: async (request, options) => {
      await abortable(options);
      return aggregate(kept, structuredClone(request));
    },
    delete: async (ids) => deleteAll(kept, ids),
    head: async () => BigInt(kept.arrivals.length),
    readAfter: async (request, options) => {
      await abortable(options);
      return findArrivals(kept, request);
    },
    ping: async () => {},
    close: async () => {},
  };
  return withOrderlyClose(withTurns(store, DEFAULT_STORE_DEADLINES), 'the store');
}

/** Gives the caller a moment to abort a read, which then does not begin. */
async function abortable({ signal }: StoreReadOptions = {}): Promise<void> {
  if (!signal) return;
  throwIfAborted(signal);
  await setImmediate();
  throwIfAborted(signal);
}

function appendAll(kept: Kept, batches: readonly (readonly Event[])[]): readonly AppendOutcome[] {
  return batches.map((batch) => {
    const conflicts = new Set<EventId>();
    const fresh = new Map<EventId, Event>();
    const results = batch.map((given) => {
      const known = kept.byId.get(given.id) ?? fresh.get(given.id);
      if (known && !haveSameContent(known, given)) conflicts.add(given.id);
      const event = known ?? freezeDeep(structuredClone(given));
      if (!known) fresh.set(event.id, event);
      return { event, stored: !known };
    });
    if (conflicts.size > 0) return { conflicts: [...conflicts] };
    addAll(kept, fresh.values());
    return { results };
  });
}

function addAll({ byId, arrivals, all, byType }: Kept, events: Iterable<Event>): void {
  for (const event of events) {
    const placed = { event, position: positionOf(event) };
    const ofType = byType.get(event.event_type) ?? [];
    byId.set(event.id, event);
    arrivals.push({ sequence: BigInt(arrivals.length + 1), event });
    byType.set(event.event_type, ofType);
    all.push(placed);
    ofType.push(placed);
  }
  for (const list of [all, ...byType.values()]) list.sort(comparePlaces);
}

function deleteAll({ byId, all, byType }: Kept, ids: readonly EventId[]): number {
  const isKept = ({ event }: Placed): boolean => byId.has(event.id);
  const before = byId.size;
  for (const id of ids) byId.delete(id);
  for (const list of [all, ...byType.values()]) list.splice(0, list.length, ...list.filter(isKept));
  return before - byId.size;
}

function findArrivals({ arrivals, byId }: Kept, { after, limit }: ArrivalRequest): readonly Arrival[] {
  checkSequence(after, BigInt(arrivals.length));
  return arrivals
    .slice(Number(after))
    .filter(({ event }) => byId.get(event.id) === event)
    .slice(0, limit);
}

function findPage({ all, byType }: Kept, request: PageRequest): Event[] {
  const { event_type, start, end, ...others } = request.filter;
  const types = Object.values(others).every((member) => member === undefined) ? event_type : undefined;
  const lists = types ? [...new Set(types)].map((type) => byType.get(type) ?? []) : [all];
  const found = lists.flatMap((list) => findInList(list, request)).sort(comparePlaces);
  if (request.order === 'desc') found.reverse();
  return found.slice(0, request.limit).map(({ event }) => event);
}

function findInList(list: readonly Placed[], { filter, order, limit, after }: PageRequest): Placed[] {
  const { start, end } = filter;
  let begin = firstIndex(list, (position) => start === undefined || position.epochNanoseconds >= start);
  let stop = firstIndex(list, (position) => end !== undefined && position.epochNanoseconds > end);
  if (after && order === 'asc') {
    begin = Math.max(
      begin,
      firstIndex(list, (position) => comparePositions(position, after) > 0),
    );
  } else if (after) {
    stop = Math.min(
      stop,
      firstIndex(list, (position) => comparePositions(position, after) >= 0),
    );
  }
  const found: Placed[] = [];
  for (let step = 0; step < stop - begin && found.length < limit; step++) {
    const placed = list[order === 'asc' ? begin + step : stop - 1 - step];
    if (placed && matchesFilter(placed.event, filter)) found.push(placed);
  }
  return found;
}

function aggregate({ all }: Kept, request: AggregateRequest): Promise<readonly AggregateCell[]> {
  // A copy, because `aggregateEvents` may visit the events twice, with other calls in between.
  const matching = all.filter(({ event }) => matchesFilter(event, request.filter));
  return aggregateEvents((visit) => {
    for (const { event, position } of matching) visit(event, position.epochNanoseconds);
  }, request);
}

function comparePlaces(a: Placed, b: Placed): number {
  return comparePositions(a.position, b.position);
}

/** Returns the index of the first event for which a condition holds; it must hold for all later events, too. */
function firstIndex(list: readonly Placed[], holds: (position: EventPosition) => boolean): number {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const placed = list[middle];
    if (placed && holds(placed.position)) high = middle;
    else low = middle + 1;
  }
  return low;
}

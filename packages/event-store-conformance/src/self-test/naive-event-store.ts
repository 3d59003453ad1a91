import {
  type AppendResult,
  comparePositions,
  createEventIdConflictError,
  createStoreUnavailableError,
  type Event,
  type EventId,
  type EventPosition,
  type EventStorePort,
  haveSameContent,
  type PageRequest,
  type StoreGuarantees,
} from '@event-tracker/core';
import { freezeDeep, positionOf } from '../event-builder.ts';
import type { EventStoreHarness } from '../harness.ts';

/** The most that a store can promise. */
export const ALL_GUARANTEES: StoreGuarantees = { durability: 'disk', conflicts: 'exact', batches: 'exact' };
/** The least. */
export const FEWEST_GUARANTEES: StoreGuarantees = {
  durability: 'process',
  conflicts: 'best effort',
  batches: 'best effort',
};

interface Kept {
  readonly byId: Map<EventId, Event>;
  /** In the total order. */
  readonly all: Placed[];
  /** In the total order, too. */
  readonly byType: Map<string, Placed[]>;
}

interface Placed {
  readonly event: Event;
  readonly position: EventPosition;
}

/** Opens a store that is right because there is next to nothing to it: nothing in it is ever under way. */
export function createNaiveHarness(guarantees: StoreGuarantees): EventStoreHarness {
  const places = new Map<string, Kept>();
  return {
    open: (place) => {
      const known = guarantees.durability === 'process' ? undefined : places.get(place);
      const kept: Kept = known ?? { byId: new Map(), all: [], byType: new Map() };
      places.set(place, kept);
      return createNaiveEventStore(kept, guarantees);
    },
    remove: (place) => {
      places.delete(place);
    },
  };
}

function createNaiveEventStore(kept: Kept, guarantees: StoreGuarantees): EventStorePort {
  let isOpen = true;
  const whileOpen = <T>(answer: () => T): T => {
    if (!isOpen) throw createStoreUnavailableError('the store is closed');
    return answer();
  };
  return {
    guarantees,
    append: async (events) => whileOpen(() => appendAll(kept, events)),
    get: async (id) => whileOpen(() => kept.byId.get(id)),
    query: async (page) => whileOpen(() => findPage(kept, page)),
    ping: async () => whileOpen(() => {}),
    close: async () => {
      isOpen = false;
    },
  };
}

function appendAll({ byId, all, byType }: Kept, events: readonly Event[]): AppendResult[] {
  const fresh = new Map<EventId, Event>();
  const conflicts = new Set<EventId>();
  const results = events.map((given) => {
    const known = byId.get(given.id) ?? fresh.get(given.id);
    if (known && !haveSameContent(known, given)) conflicts.add(given.id);
    const event = known ?? freezeDeep(structuredClone(given));
    if (!known) fresh.set(event.id, event);
    return { event, stored: !known };
  });
  if (conflicts.size > 0) throw createEventIdConflictError([...conflicts]);
  for (const event of fresh.values()) {
    const placed = { event, position: positionOf(event) };
    const ofType = byType.get(event.event_type) ?? [];
    byId.set(event.id, event);
    byType.set(event.event_type, ofType);
    all.push(placed);
    ofType.push(placed);
  }
  for (const list of [all, ...byType.values()]) list.sort(comparePlaces);
  return results;
}

function findPage({ all, byType }: Kept, request: PageRequest): Event[] {
  const types = request.filter.event_type;
  const lists = types ? [...new Set(types)].map((type) => byType.get(type) ?? []) : [all];
  const found = lists.flatMap((list) => findInList(list, request)).sort(comparePlaces);
  if (request.order === 'desc') found.reverse();
  return found.slice(0, request.limit).map(({ event }) => event);
}

function findInList(list: readonly Placed[], { filter: { start, end }, order, limit, after }: PageRequest): Placed[] {
  const begin = firstIndex(list, (position) => start === undefined || position.epochNanoseconds >= start);
  const stop = firstIndex(list, (position) => end !== undefined && position.epochNanoseconds > end);
  const at = after && firstIndex(list, (position) => comparePositions(position, after) >= 0);
  const behind = after && firstIndex(list, (position) => comparePositions(position, after) > 0);
  if (order === 'asc') return list.slice(Math.max(begin, behind ?? 0), stop).slice(0, limit);
  return list.slice(begin, Math.max(begin, Math.min(stop, at ?? list.length))).slice(-limit);
}

function comparePlaces(a: Placed, b: Placed): number {
  return comparePositions(a.position, b.position);
}

/** Where those begin of which something holds that holds of all later ones too. */
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

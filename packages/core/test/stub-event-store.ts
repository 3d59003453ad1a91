import type { Event, EventId } from '../src/event/event.ts';
import { comparePositions, type EventPosition } from '../src/event/event-order.ts';
import { haveSameContent } from '../src/event/same-content.ts';
import { epochNanosecondsOf } from '../src/event/timestamp.ts';
import { matchesFilter } from '../src/query/event-filter.ts';
import { aggregateEvents } from '../src/stats/aggregate-events.ts';
import type { AggregateRequest } from '../src/stats/aggregate-request.ts';
import { checkSequence } from '../src/store/check-sequence.ts';
import { decideAppends } from '../src/store/decide-appends.ts';
import type { Arrival, EventStorePort, PageRequest } from '../src/store/event-store-port.ts';

/** A minimal implementation of the port that records its calls. */
export interface StubEventStore extends EventStorePort {
  /** Returns the stored events, in order of arrival. */
  stored(): readonly Event[];
  /** The requests of `query` so far. */
  readonly pageRequests: readonly PageRequest[];
  /** The requests of `aggregate` so far. */
  readonly aggregateRequests: readonly AggregateRequest[];
  /** The ids of each call of `delete` so far. */
  readonly deletions: readonly (readonly EventId[])[];
}

export function createStubEventStore(initial: readonly Event[] = []): StubEventStore {
  let events = new Map<EventId, Event>(initial.map((event) => [event.id, event]));
  const pageRequests: PageRequest[] = [];
  const aggregateRequests: AggregateRequest[] = [];
  const deletions: (readonly EventId[])[] = [];
  /** All events ever stored, in order of arrival. */
  const arrivals: Arrival[] = [];
  const arrive = (event: Event) => arrivals.push({ sequence: BigInt(arrivals.length + 1), event });
  for (const event of initial) arrive(event);
  return {
    id: '0123456789abcdef0123456789abcdef',
    guarantees: { durability: 'process', conflicts: 'exact', batches: 'exact', following: 'exact' },
    stored: () => [...events.values()],
    pageRequests,
    aggregateRequests,
    deletions,
    append: async (batches) => {
      const { outcomes, fresh } = decideAppends(batches, events, haveSameContent);
      for (const event of fresh) arrive(event);
      events = new Map([...events, ...fresh.map((event): [EventId, Event] => [event.id, event])]);
      return outcomes;
    },
    get: async (id) => events.get(id),
    query: async (page) => {
      pageRequests.push(page);
      const { filter, order, limit, after } = page;
      const compare = (a: EventPosition, b: EventPosition): number =>
        order === 'asc' ? comparePositions(a, b) : comparePositions(b, a);
      return [...events.values()]
        .filter((event) => matchesFilter(event, filter))
        .map((event) => ({ event, position: positionOf(event) }))
        .filter(({ position }) => !after || compare(position, after) > 0)
        .sort((a, b) => compare(a.position, b.position))
        .slice(0, limit)
        .map(({ event }) => event);
    },
    aggregate: (request) => {
      aggregateRequests.push(request);
      return aggregateEvents((visit) => {
        for (const event of events.values()) {
          if (matchesFilter(event, request.filter)) visit(event, epochNanosecondsOf(event.timestamp));
        }
      }, request);
    },
    delete: async (ids) => {
      deletions.push(ids);
      const before = events.size;
      events = new Map([...events].filter(([id]) => !ids.includes(id)));
      return before - events.size;
    },
    head: async () => BigInt(arrivals.length),
    readAfter: async ({ after, limit }) => {
      checkSequence(after, BigInt(arrivals.length));
      return arrivals
        .slice(Number(after))
        .filter(({ event }) => events.get(event.id) === event)
        .slice(0, limit);
    },
    ping: async () => {},
    close: async () => {},
  };
}

function positionOf({ timestamp, id }: Event): EventPosition {
  return { epochNanoseconds: epochNanosecondsOf(timestamp), id };
}

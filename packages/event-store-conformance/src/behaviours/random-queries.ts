import {
  type Event,
  type EventFilter,
  type EventPosition,
  epochNanosecondsOf,
  formatTimestamp,
  type PageRequest,
} from '@event-tracker/core';
import { EARLIEST, type EventBuilder, LATEST, positionOf, randomId } from '../event-builder.ts';
import { expectSameEvents } from '../expectations.ts';
import type { Behaviours, Subject } from '../harness.ts';
import { createModel, type Model } from '../model.ts';
import type { Random } from '../random.ts';
import { NO_LIMIT, ORDERS, readToEnd } from '../reading.ts';

const EVENTS = 10_000;
const QUERIES = 250;
const WALKS = 20;

const FIRST = epochNanosecondsOf(EARLIEST);
const LAST = epochNanosecondsOf(LATEST);

/** Few types, some of them frequent, some rare, and one that no event has. */
const TYPES = [...Array<string>(6).fill('login'), 'login', 'logout', 'Login', 'purchase', 'purchase_%', 'éclair'];
const NO_EVENTS_TYPE = 'nothing';

export const randomQueries = {
  'answers as matchesFilter and comparePositions do, page by page': async (subject) => {
    const { events, model } = await store10000Events(subject);
    const { store, random } = subject;
    for (let query = 0; query < QUERIES; query++) {
      const request = randomRequest(random, events);
      expectSameEvents(await store.query(request), model.page(request), describeRequest(request));
    }
  },

  'answers as matchesFilter and comparePositions do, read to the end': async (subject) => {
    const { events, model } = await store10000Events(subject);
    const { store, random } = subject;
    for (let walk = 0; walk < WALKS; walk++) {
      const request = { ...randomRequest(random, events), limit: 500 + random.integer(1_000) };
      const expected = model.page({ ...request, limit: NO_LIMIT });
      expectSameEvents(await readToEnd(store, request), expected, describeRequest(request));
    }
  },
} satisfies Behaviours;

async function store10000Events({
  store,
  anEvent,
  random,
}: Subject): Promise<{ events: readonly Event[]; model: Model }> {
  const events = randomEvents(anEvent, random);
  for (let start = 0; start < EVENTS; ) {
    const end = start + 1 + random.integer(4_000);
    await store.append(events.slice(start, end));
    start = end;
  }
  return { events, model: createModel(events) };
}

function randomEvents(anEvent: EventBuilder, random: Random): Event[] {
  // Many events share an instant, and many instants are neighbours.
  const instants = [FIRST, FIRST + 1n, -1n, 0n, 1n, LAST - 1n, LAST];
  const crowd = Array.from({ length: 40 }, () => randomInstant(random)).flatMap((instant) => [
    instant,
    near(instant, random),
  ]);
  return Array.from({ length: EVENTS }, () => {
    const instant = random.chance(0.05)
      ? random.pick(instants)
      : random.chance(0.6)
        ? random.pick(crowd)
        : randomInstant(random);
    return anEvent({ event_type: random.pick(TYPES), timestamp: formatTimestamp(instant) });
  });
}

function randomRequest(random: Random, events: readonly Event[]): PageRequest {
  return {
    filter: randomFilter(random, events),
    order: random.pick(ORDERS),
    limit: random.pick([1, 2, 10, 100, 100, 1_000]),
    after: random.chance(0.6) ? randomPosition(random, events) : undefined,
  };
}

function randomFilter(random: Random, events: readonly Event[]): EventFilter {
  const types = Array.from({ length: 1 + random.integer(3) }, () => random.pick([...TYPES, NO_EVENTS_TYPE]));
  return {
    ...(random.chance(0.6) && { event_type: [...new Set(types)] }),
    ...(random.chance(0.5) && { start: randomBound(random, events) }),
    ...(random.chance(0.5) && { end: randomBound(random, events) }),
  };
}

/** At, just before, just after, or far from an event. */
function randomBound(random: Random, events: readonly Event[]): bigint {
  if (random.chance(0.3)) return randomInstant(random);
  const { epochNanoseconds } = positionOf(random.pick(events));
  return random.chance(0.5) ? epochNanoseconds : near(epochNanoseconds, random);
}

function randomPosition(random: Random, events: readonly Event[]): EventPosition {
  if (random.chance(0.5)) return positionOf(random.pick(events));
  return { epochNanoseconds: randomBound(random, events), id: randomId(random) };
}

function near(instant: bigint, random: Random): bigint {
  const neighbour = instant + random.pick([-1n, 1n]);
  if (neighbour < FIRST || neighbour > LAST) return instant;
  return neighbour;
}

function randomInstant(random: Random): bigint {
  const seconds = BigInt(random.integer(Number((LAST - FIRST) / 1_000_000_000n)));
  const fraction = BigInt(random.integer(1_000_000_000)) / random.pick([1n, 1_000n, 1_000_000n, 1_000_000_000n]);
  return FIRST + seconds * 1_000_000_000n + fraction;
}

function describeRequest({ filter, order, limit, after }: PageRequest): string {
  const time = (instant: bigint | undefined) => (instant === undefined ? '' : formatTimestamp(instant));
  const range = `${time(filter.start)}..${time(filter.end)}`;
  const place = after ? ` after ${time(after.epochNanoseconds)} ${after.id}` : '';
  return `${order} ${filter.event_type?.join('|') ?? 'any type'} ${range} limit ${limit}${place}`;
}

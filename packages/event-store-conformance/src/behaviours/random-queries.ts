import type { Event } from '@event-tracker/core';
import {
  appendBatch,
  type EventFilter,
  type EventPosition,
  epochNanosecondsOf,
  formatTimestamp,
  type PageRequest,
} from '@event-tracker/core/store';
import { EARLIEST, type EventBuilder, LATEST, positionOf, randomId } from '../event-builder.ts';
import { expectSameEvents } from '../expectations.ts';
import type { Behaviours, Subject } from '../harness.ts';
import { createModel, type Model } from '../model.ts';
import type { Random } from '../random.ts';
import { randomConditions, randomMatchablePayload } from '../random-conditions.ts';
import { NO_LIMIT, ORDERS, readToEnd } from '../reading.ts';
import { byEffort } from '../test-effort.ts';

const EVENTS = byEffort({ quick: 2_000, full: 10_000, long: 10_000 });
const QUERIES = byEffort({ quick: 50, full: 250, long: 400 });
const WALKS = byEffort({ quick: 4, full: 20, long: 40 });

const FIRST = epochNanosecondsOf(EARLIEST);
const LAST = epochNanosecondsOf(LATEST);

/** Few types, some of them frequent and some rare. */
const TYPES = [...Array<string>(6).fill('login'), 'login', 'logout', 'Login', 'purchase', 'purchase_%', 'éclair'];
const UNUSED_TYPE = 'nothing';
const PREFIXES = ['log', 'log', 'logo', 'L', 'purchase', 'purchase_', '%', 'é', UNUSED_TYPE];

const SEARCH_TEXTS = ['LOG', 'a', 'a', 'É', '\u{1f600}', '1', '.', 'e+21', '000', 'tru', '\\', 'S', UNUSED_TYPE];

export const randomQueries = {
  'returns single pages as matchesFilter and comparePositions define them': async (subject) => {
    const { sorted, model } = await storeRandomEvents(subject);
    const { store, random } = subject;
    for (let query = 0; query < QUERIES; query++) {
      const request = randomRequest(random, sorted);
      expectSameEvents(await store.query(request), model.page(request), describeRequest(request));
    }
  },

  'returns all pages as matchesFilter and comparePositions define them': async (subject) => {
    const { sorted, model } = await storeRandomEvents(subject);
    const { store, random } = subject;
    for (let walk = 0; walk < WALKS; walk++) {
      const request = { ...randomRequest(random, sorted), limit: 500 + random.integer(1_000) };
      const expected = model.page({ ...request, limit: NO_LIMIT });
      expectSameEvents(await readToEnd(store, request), expected, describeRequest(request));
    }
  },
} satisfies Behaviours;

async function storeRandomEvents({
  store,
  anEvent,
  random,
}: Subject): Promise<{ sorted: readonly Event[]; model: Model }> {
  const events = randomEvents(anEvent, random);
  for (let start = 0; start < EVENTS; ) {
    const end = start + 1 + random.integer(4_000);
    await appendBatch(store, events.slice(start, end));
    start = end;
  }
  const model = createModel(events);
  return { sorted: model.page({ filter: {}, order: 'asc', limit: EVENTS }), model };
}

function randomEvents(anEvent: EventBuilder, random: Random): Event[] {
  // Many events have the same instant, and many instants differ by a nanosecond.
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
    return anEvent({
      event_type: random.pick(TYPES),
      timestamp: formatTimestamp(instant),
      payload: randomMatchablePayload(random),
    });
  });
}

function randomRequest(random: Random, sorted: readonly Event[]): PageRequest {
  return {
    filter: randomFilter(random, sorted),
    order: random.pick(ORDERS),
    limit: random.pick([1, 2, 10, 100, 100, 1_000]),
    after: random.chance(0.6) ? randomPosition(random, sorted) : undefined,
  };
}

function randomFilter(random: Random, sorted: readonly Event[]): EventFilter {
  const types = Array.from({ length: 1 + random.integer(5) }, () => random.pick([...TYPES, UNUSED_TYPE]));
  // Arbitrary bounds are hardly ever both within a page.
  const first = random.integer(sorted.length);
  const candidates = random.chance(0.5) ? sorted : sorted.slice(first, first + 100);
  return {
    ...(random.chance(0.6) && { event_type: [...new Set(types)] }),
    ...(random.chance(0.2) && { event_type_prefix: [random.pick(PREFIXES), random.pick(PREFIXES)] }),
    ...(random.chance(0.15) && { q: [random.pick(SEARCH_TEXTS), random.pick(SEARCH_TEXTS)] }),
    ...(random.chance(0.5) && { payload: randomConditions(random) }),
    ...(random.chance(0.6) && { start: randomBound(random, candidates.slice(0, candidates.length / 2 + 1)) }),
    ...(random.chance(0.6) && { end: randomBound(random, candidates) }),
  };
}

/** Returns an instant at, directly before, directly after, or far from an event. */
function randomBound(random: Random, candidates: readonly Event[]): bigint {
  if (random.chance(0.1)) return randomInstant(random);
  const { epochNanoseconds } = positionOf(random.pick(candidates));
  return random.chance(0.5) ? epochNanoseconds : near(epochNanoseconds, random);
}

function randomPosition(random: Random, sorted: readonly Event[]): EventPosition {
  if (random.chance(0.5)) return positionOf(random.pick(sorted));
  return { epochNanoseconds: randomBound(random, sorted), id: randomId(random) };
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
  const types = [...(filter.event_type ?? []), ...(filter.event_type_prefix ?? []).map((prefix) => `${prefix}…`)];
  const conditions = filter.payload ? ` ${JSON.stringify(filter.payload)}` : '';
  const texts = filter.q ? ` q ${JSON.stringify(filter.q)}` : '';
  const place = after ? ` after ${time(after.epochNanoseconds)} ${after.id}` : '';
  return `${order} ${types.join('|') || 'any type'} ${range}${conditions}${texts} limit ${limit}${place}`;
}

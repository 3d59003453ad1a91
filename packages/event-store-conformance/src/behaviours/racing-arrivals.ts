import { setTimeout as sleep } from 'node:timers/promises';
import { type Event, type EventId, isEventIdConflictError } from '@event-tracker/core';
import { appendBatch, type EventStorePort } from '@event-tracker/core/store';
import { expect } from 'vitest';
import { createArrivalReader, eventsOf, readToEnd } from '../arrivals.ts';
import { changed, type EventBuilder } from '../event-builder.ts';
import type { Behaviours } from '../harness.ts';
import type { Random } from '../random.ts';
import { byEffort } from '../test-effort.ts';

const WRITERS = 8;
/** Calls of each writer. */
const CALLS = byEffort({ quick: 8, full: 25, long: 25 });
const DELETIONS = byEffort({ quick: 10, full: 30, long: 30 });
const READERS = 3;
/** Duration of a call whose events a store with `following: 'delayed'` may miss. */
const SLOW_CALL_MS = 700;

export const racingArrivals = {
  'returns each event once to readers that continue after their last sequence': async ({
    store,
    share,
    anEvent,
    random,
  }) => {
    const stores = [store, await share()];
    const record = createRecord();
    const writers = Array.from({ length: WRITERS }, () => write(random.pick(stores), record, anEvent, random));
    const isOver = trackEnd(Promise.all(writers));
    const readers = Array.from({ length: READERS }, () => follow(stores, record, random, isOver));
    const [seen] = await Promise.all([Promise.all(readers), ...writers]);
    for (const [index, events] of seen.entries()) expectEachOnce(events, record, `reader ${index}`);
  },

  'returns each event once while events are deleted': async ({ store, share, anEvent, random }) => {
    const stores = [store, await share()];
    const record = createRecord();
    const writers = Array.from({ length: WRITERS }, () => write(random.pick(stores), record, anEvent, random));
    const isOver = trackEnd(Promise.all([...writers, deleteSome(store, record, random)]));
    const readers = Array.from({ length: READERS }, () => follow(stores, record, random, isOver));
    const [seen] = await Promise.all([Promise.all(readers), ...writers]);
    for (const [index, events] of seen.entries()) expectEachOnce(events, record, `reader ${index}`);
  },
} satisfies Behaviours;

/** The events that readers must receive. */
interface Record {
  /** Each reader must receive these events once, and no event of a rejected call. */
  readonly acknowledged: Map<EventId, Event>;
  /** Events that a reader may miss or receive again, because of their deletion or a slow call. */
  readonly missable: Set<EventId>;
}

function createRecord(): Record {
  return { acknowledged: new Map(), missable: new Set() };
}

/** Stores batches of different sizes. Some contain duplicates; others contain a conflict and are rejected. */
async function write(store: EventStorePort, record: Record, anEvent: EventBuilder, random: Random): Promise<void> {
  for (let call = 0; call < CALLS; call++) {
    const kept = [...record.acknowledged.values()].filter(({ id }) => !record.missable.has(id));
    const repeated = kept.filter(() => random.chance(0.1)).slice(0, 3);
    const isRejected = random.chance(0.2);
    const others = isRejected ? repeated.map((event) => changed(event, { payload: { other: true } })) : repeated;
    const fresh = Array.from({ length: 1 + random.integer(20) }, () => anEvent());
    const begunAt = performance.now();
    try {
      await appendBatch(store, random.shuffle([...fresh, ...others]));
    } catch (error) {
      if (!isEventIdConflictError(error) || !isRejected) throw error;
      continue;
    }
    const isSlow = store.guarantees.following === 'delayed' && performance.now() - begunAt > SLOW_CALL_MS;
    for (const event of fresh) {
      record.acknowledged.set(event.id, event);
      if (isSlow) record.missable.add(event.id);
    }
    if (random.chance(0.3)) await sleep(random.integer(5));
  }
}

/** Deletes some of the stored events, a few in each call. */
async function deleteSome(store: EventStorePort, record: Record, random: Random): Promise<void> {
  for (let round = 0; round < DELETIONS; round++) {
    const ids = [...record.acknowledged.keys()].filter((id) => !record.missable.has(id) && random.chance(0.05));
    for (const id of ids) record.missable.add(id);
    await store.delete(ids);
    await sleep(3);
  }
}

/** Reads pages of random sizes from random stores until the writers have finished, and then to the end. */
async function follow(
  stores: readonly EventStorePort[],
  record: Record,
  random: Random,
  isOver: () => boolean,
): Promise<readonly Event[]> {
  const reader = createArrivalReader();
  const chooseLimit = () => 1 + random.integer(40);
  while (!isOver()) {
    const page = await reader.readPage(random.pick(stores), chooseLimit());
    if (page.length === 0) await sleep(1);
  }
  const isComplete = () => {
    const seen = new Set(reader.arrivals.map(({ event }) => event.id));
    return [...record.acknowledged.keys()].every((id) => seen.has(id) || record.missable.has(id));
  };
  await readToEnd(reader, random.pick(stores), isComplete, chooseLimit);
  return eventsOf(reader.arrivals);
}

function expectEachOnce(events: readonly Event[], { acknowledged, missable }: Record, about: string): void {
  const seen = new Set(events.map(({ id }) => id));
  const certain = events.filter(({ id }) => !missable.has(id));
  expect(certain.length - new Set(certain.map(({ id }) => id)).size, `${about}: returned twice`).toBe(0);
  const missed = [...acknowledged.keys()].filter((id) => !seen.has(id) && !missable.has(id));
  expect(missed, `${about}: acknowledged and never returned, of ${acknowledged.size}`).toEqual([]);
  for (const event of certain) {
    expect(JSON.stringify(event), `${about}: content`).toBe(JSON.stringify(acknowledged.get(event.id)));
  }
}

function trackEnd(work: Promise<unknown>): () => boolean {
  let isOver = false;
  const end = () => {
    isOver = true;
  };
  work.then(end, end);
  return () => isOver;
}

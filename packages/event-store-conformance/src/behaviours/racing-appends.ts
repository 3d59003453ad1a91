import type { Event } from '@event-tracker/core';
import type { AppendResult, EventStorePort } from '@event-tracker/core/store';
import { appendBatch } from '@event-tracker/core/store';
import { expect } from 'vitest';
import { changed } from '../event-builder.ts';
import {
  expectConflictError,
  expectContents,
  expectResults,
  expectSameEvents,
  expectSameSet,
  isPresent,
} from '../expectations.ts';
import type { Behaviours } from '../harness.ts';
import { find } from '../reading.ts';
import { byEffort } from '../test-effort.ts';

const ROUNDS = byEffort({ quick: 8, full: 20, long: 20 });

export const racingAppends = {
  'stores an id once and reports it as stored to one of many concurrent calls': async ({ store, anEvent }) => {
    const events = Array.from({ length: 1_000 }, () => anEvent());
    for (let start = 0; start < events.length; start += 100) {
      const wave = events.slice(start, start + 100);
      const calls = Array.from({ length: 5 }, () => wave.map((event) => appendBatch(store, [event]))).flat();
      expectOneStoredEach(store, wave, (await Promise.all(calls)).flat());
    }
    await expectContents(store, events);
  },

  'returns an event to every caller whose append has resolved, also for duplicates': async ({ store, anEvent }) => {
    for (let round = 0; round < ROUNDS; round++) {
      const event = anEvent();
      const seen = await Promise.all(
        Array.from({ length: 5 }, async () => {
          await appendBatch(store, [event]);
          return store.get(event.id);
        }),
      );
      expectSameEvents(
        seen.filter(isPresent),
        seen.map(() => event),
        'read after the append',
      );
    }
  },

  'stores the same events once from concurrent batches in different orders': async ({ store, anEvent, random }) => {
    const events = Array.from({ length: 1_000 }, () => anEvent());
    const batches = Array.from({ length: 5 }, () => random.shuffle(events));
    const calls = await Promise.all(batches.map((batch) => appendBatch(store, batch)));
    for (const [index, results] of calls.entries()) {
      expectSameEvents(
        results.map(({ event }) => event),
        batches[index] ?? [],
        'results in the given order',
      );
    }
    expectOneStoredEach(store, events, calls.flat());
    await expectContents(store, events);
  },

  'stores one of several concurrent contents of an id and rejects the others': async ({ store, anEvent }) => {
    const rounds = Array.from({ length: 200 }, () => {
      const event = anEvent();
      return Array.from({ length: 5 }, (_, n) => changed(event, { payload: { n } }));
    });
    const outcomes = await Promise.allSettled(rounds.flat().map((event) => appendBatch(store, [event])));
    const found = new Map((await find(store)).map((event) => [event.id, event]));
    for (const [index, contents] of rounds.entries()) {
      const ofRound = outcomes.slice(index * contents.length, (index + 1) * contents.length);
      const accepted = contents.filter((_, n) => ofRound[n]?.status === 'fulfilled');
      expectAcceptedCalls(store, accepted.length);
      for (const rejected of reasonsOf(ofRound)) expectConflictError(rejected, [contents[0]?.id ?? '']);
      const stored = JSON.stringify(found.get(contents[0]?.id ?? ''));
      expect(
        accepted.map((event) => JSON.stringify(event)),
        'the stored event was accepted',
      ).toContain(stored);
    }
    expect(found.size, 'stored ids').toBe(rounds.length);
  },

  'stores a batch as a whole or not at all when batches conflict': async ({ store, anEvent, random }) => {
    for (let round = 0; round < ROUNDS / 2; round++) {
      const event_type = `round ${round}`;
      const contested = anEvent({ event_type });
      const batches = Array.from({ length: 4 }, (_, n) => {
        const own = Array.from({ length: 50 }, () => anEvent({ event_type }));
        return { own, events: own.toSpliced(random.integer(51), 0, changed(contested, { payload: { n } })) };
      });
      const outcomes = await Promise.allSettled(batches.map(({ events }) => appendBatch(store, events)));
      const accepted = batches.filter((_, n) => outcomes[n]?.status === 'fulfilled');
      expectAcceptedCalls(store, accepted.length);
      for (const rejected of reasonsOf(outcomes)) expectConflictError(rejected, [contested.id]);
      const found = await find(store, { filter: { event_type: [event_type] } });
      expectSameSet(
        found.filter(({ id }) => id !== contested.id),
        accepted.flatMap(({ own }) => own),
        'events of the accepted batches',
      );
      expect(found.filter(({ id }) => id === contested.id).length, 'the contested event').toBe(1);
    }
  },

  'stores valid calls that are concurrent with rejected calls': async ({ store, anEvent }) => {
    const taken = Array.from({ length: 20 }, () => anEvent());
    await appendBatch(store, taken);
    const valid = Array.from({ length: 100 }, () => anEvent());
    const calls = valid.map(async (event, index) => {
      const conflicting = taken[index % taken.length] ?? event;
      const lost = anEvent();
      const [rejected, results] = await Promise.allSettled([
        appendBatch(store, [lost, changed(conflicting, { payload: { index } })]),
        appendBatch(store, [event]),
      ]);
      expectConflictError(rejected.status === 'rejected' && rejected.reason, [conflicting.id]);
      expectResults(results.status === 'fulfilled' ? results.value : [], [{ event, stored: true }]);
    });
    await Promise.all(calls);
    await expectContents(store, [...taken, ...valid]);
  },
} satisfies Behaviours;

/** Expects that every result contains the event, and that one result per event reports it as stored. */
function expectOneStoredEach(store: EventStorePort, events: readonly Event[], results: readonly AppendResult[]): void {
  const expected = new Map(events.map((event) => [event.id, JSON.stringify(event)]));
  const timesStored = new Map(events.map(({ id }) => [id, 0]));
  for (const { event, stored } of results) {
    expect(JSON.stringify(event), 'event of a result').toBe(expected.get(event.id));
    if (stored) timesStored.set(event.id, (timesStored.get(event.id) ?? 0) + 1);
  }
  for (const [id, times] of timesStored) expectAcceptedCalls(store, times, `calls that stored ${id}`);
}

/** Expects one accepted call of those that race for an id; at least one for `conflicts: 'best effort'`. */
function expectAcceptedCalls(store: EventStorePort, calls: number, about = 'accepted calls'): void {
  if (store.guarantees.conflicts === 'exact') expect(calls, about).toBe(1);
  else expect(calls, about).toBeGreaterThanOrEqual(1);
}

function reasonsOf(outcomes: readonly PromiseSettledResult<unknown>[]): unknown[] {
  return outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
}

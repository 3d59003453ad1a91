import type { Event } from '@event-tracker/core';
import { type AppendOutcome, type EventStorePort, haveSameContent, withGroupCommit } from '@event-tracker/core/store';
import { expect } from 'vitest';
import { changed } from '../event-builder.ts';
import { expectContents, expectResults } from '../expectations.ts';
import type { Behaviours } from '../harness.ts';
import type { Random } from '../random.ts';
import { byEffort } from '../test-effort.ts';

const ROUNDS = byEffort({ quick: 15, full: 40, long: 40 });

export const batches = {
  'returns an outcome for each batch of a call, in the given order': async ({ store, anEvent }) => {
    const [taken, duplicate, first, second, third] = [anEvent(), anEvent(), anEvent(), anEvent(), anEvent()];
    await store.append([[taken, duplicate]]);
    const other = changed(taken, { payload: { other: true } });
    const outcomes = await store.append([[first, duplicate], [second, other], [], [third]]);
    expectOutcomes(outcomes, [
      { results: [stored(first), notStored(duplicate)] },
      { conflicts: [taken.id] },
      { results: [] },
      { results: [stored(third)] },
    ]);
    await expectContents(store, [taken, duplicate, first, third]);
  },

  'returns an empty list for a call without batches': async ({ store }) => {
    expect(await store.append([])).toEqual([]);
    await expectContents(store, []);
  },

  'handles batches as if they were appended one after the other': async ({ store, anEvent }) => {
    const [event, lost] = [anEvent(), anEvent()];
    const other = changed(event, { payload: { other: true } });
    // The ids of a batch in conflict are free for the next batch, also with other content.
    const otherLost = changed(lost, { payload: { other: true } });
    const outcomes = await store.append([[event], [other], [event], [lost, other], [otherLost], [lost]]);
    expectOutcomes(outcomes, [
      { results: [stored(event)] },
      { conflicts: [event.id] },
      { results: [notStored(event)] },
      { conflicts: [event.id] },
      { results: [stored(otherLost)] },
      { conflicts: [lost.id] },
    ]);
    await expectContents(store, [event, otherLost]);
  },

  'returns the same outcomes as a model for random batches': async ({ store, anEvent, random }) => {
    const contents = Array.from({ length: 12 }, () => {
      const event = anEvent();
      return [event, changed(event, { payload: { other: 1 } }), changed(event, { event_type: 'other' })];
    }).flat();
    const model = createModel();
    for (let round = 0; round < ROUNDS; round++) {
      const calls = Array.from({ length: 1 + random.integer(5) }, () => someOf(contents, random));
      expectOutcomes(await store.append(calls), calls.map(model.append));
      // Without deletions, all ids would soon be stored.
      const deleted = someOf(contents, random).map(({ id }) => id);
      model.delete(deleted);
      await store.delete(deleted);
    }
    await expectContents(store, model.stored());
  },

  'needs at most three calls for a hundred concurrent appends with any number of conflicts': async ({
    store,
    anEvent,
  }) => {
    const taken = anEvent();
    await store.append([[taken]]);
    for (const conflicts of [0, 1, 50, 99, 100]) {
      const { counted, calls } = countingAppends(store);
      const grouped = withGroupCommit(counted);
      const appends = Array.from({ length: 100 }, (_, n) =>
        n < conflicts ? [anEvent(), changed(taken, { payload: { n } })] : [anEvent()],
      );
      const outcomes = await Promise.all(appends.map((events) => grouped.append([events])));
      expectOutcomes(
        outcomes.flat(),
        appends.map((events, n) => (n < conflicts ? { conflicts: [taken.id] } : { results: events.map(stored) })),
      );
      expect(calls(), `calls for 100 appends, ${conflicts} of them in conflict`).toBeLessThanOrEqual(3);
    }
  },
} satisfies Behaviours;

const stored = (event: Event) => ({ event, stored: true });
const notStored = (event: Event) => ({ event, stored: false });

function expectOutcomes(outcomes: readonly AppendOutcome[], expected: readonly AppendOutcome[]): void {
  const kinds = (of: readonly AppendOutcome[]) => of.map((outcome) => ('conflicts' in outcome ? outcome : 'stored'));
  expect(kinds(outcomes), 'outcomes').toEqual(kinds(expected));
  for (const [index, outcome] of expected.entries()) {
    const found = outcomes[index];
    if ('results' in outcome && found && 'results' in found) expectResults(found.results, outcome.results);
  }
}

function someOf(contents: readonly Event[], random: Random): readonly Event[] {
  return random.shuffle(contents).slice(0, random.integer(6));
}

/** Returns what the port's comments specify for one batch. */
function createModel() {
  const contents = new Map<string, Event>();
  return {
    append: (batch: readonly Event[]): AppendOutcome => {
      const after = new Map(contents);
      const conflicts: string[] = [];
      const results = batch.map((event) => {
        const known = after.get(event.id);
        if (!known) after.set(event.id, event);
        else if (!haveSameContent(known, event) && !conflicts.includes(event.id)) conflicts.push(event.id);
        return { event: known ?? event, stored: !known };
      });
      if (conflicts.length > 0) return { conflicts };
      for (const [id, event] of after) contents.set(id, event);
      return { results };
    },
    delete: (ids: readonly string[]): void => {
      for (const id of ids) contents.delete(id);
    },
    stored: (): readonly Event[] => [...contents.values()],
  };
}

function countingAppends(store: EventStorePort) {
  let calls = 0;
  const counted: EventStorePort = {
    ...store,
    append: (batches) => {
      calls++;
      return store.append(batches);
    },
  };
  return { counted, calls: () => calls };
}

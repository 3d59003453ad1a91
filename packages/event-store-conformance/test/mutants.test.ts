import { isEventTrackerError } from '@event-tracker/core';
import { describe, expect, test, vi } from 'vitest';
import { CONTRACT } from '../src/contract.ts';
import type { Behaviour, Behaviours, EventStoreHarness } from '../src/harness.ts';
import { runBehaviour } from '../src/run-behaviour.ts';
import { IS_QUICK } from '../src/test-effort.ts';
import { MUTANTS } from './mutants.ts';
import { type Mutation, storingInSteps } from './mutations.ts';
import { createNaiveHarness } from './naive-event-store.ts';

/** A constant, so that the detection of a mutant does not depend on chance. */
const SEED = 20_250_101;

/** Groups that detect some mutants only in the rounds of a full run, or measure durations. */
const SLOW_GROUPS = ['random queries', 'random aggregates', 'aborting', 'cost'];

// The whole suite runs here, often with stores whose fault makes them slow.
vi.setConfig({ testTimeout: 60_000 });

for (const [group, behaviours] of Object.entries<Behaviours>(CONTRACT)) {
  describe.skipIf(IS_QUICK && SLOW_GROUPS.includes(group))(group, () => {
    const mutants: Readonly<Record<string, Readonly<Record<string, Mutation>>>> =
      MUTANTS[group as keyof typeof MUTANTS];
    for (const [sentence, behaviour] of Object.entries(behaviours)) {
      test.each(Object.entries(mutants[sentence] ?? {}))(`"${sentence}" fails a store that %s`, async (_, mutation) => {
        const failure = await failureOf(behaviour, mutate(createNaiveHarness(), mutation));
        expect(failure, 'the failure').toSatisfy(isExpectedFailure);
      });
    }
  });
}

describe('a store with best effort', () => {
  const harness = createNaiveHarness({
    durability: 'disk',
    conflicts: 'best effort',
    batches: 'best effort',
    following: 'exact',
  });
  const whole = 'counts all events of a batch or none, and all events stored before the call';
  const behaviours: Behaviours = {
    ...CONTRACT['racing appends'],
    ...CONTRACT['reading while writing'],
    [whole]: CONTRACT.aggregating[whole],
  };

  test.each(Object.entries(behaviours))('may miss concurrent calls: %s', async (_, behaviour) => {
    expect(await failureOf(behaviour, mutate(harness, storingInSteps))).toBeUndefined();
  });
});

function mutate(harness: EventStoreHarness, mutation: Mutation): EventStoreHarness {
  const openings = new Map<string, number>();
  return {
    ...harness,
    open: async (place) => {
      const opening = (openings.get(place) ?? 0) + 1;
      openings.set(place, opening);
      return mutation(await harness.open(place), opening);
    },
  };
}

function failureOf(behaviour: Behaviour, harness: EventStoreHarness): Promise<unknown> {
  return runBehaviour(harness, behaviour, SEED).then(
    () => undefined,
    (error: unknown) => error,
  );
}

/** True for a failed expectation and for an error of the store. Any other error is a fault of the test. */
function isExpectedFailure(failure: unknown): boolean {
  return isEventTrackerError(failure) || (failure instanceof Error && failure.name === 'AssertionError');
}

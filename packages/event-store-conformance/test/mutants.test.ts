import { isEventTrackerError } from '@event-tracker/core';
import { describe, expect, test, vi } from 'vitest';
import { CONTRACT } from '../src/contract.ts';
import { type Behaviour, type Behaviours, type EventStoreHarness, tryBehaviour } from '../src/harness.ts';
import { IS_QUICK } from '../src/test-effort.ts';
import { MUTANTS } from './mutants.ts';
import { type Mutation, storingInSteps } from './mutations.ts';
import { createNaiveHarness } from './naive-event-store.ts';

/** Always the same: whether a mutant is noticed is not to depend on luck. */
const SEED = 20_250_101;

/** Groups that notice some mutants only in all of their rounds. */
const RANDOM_GROUPS = ['random queries', 'random aggregates'];

// The whole suite is at work here, often on a store that is slow for being wrong.
vi.setConfig({ testTimeout: 60_000 });

for (const [group, behaviours] of Object.entries<Behaviours>(CONTRACT)) {
  describe.skipIf(IS_QUICK && RANDOM_GROUPS.includes(group))(group, () => {
    const mutants: Readonly<Record<string, Readonly<Record<string, Mutation>>>> =
      MUTANTS[group as keyof typeof MUTANTS];
    for (const [sentence, behaviour] of Object.entries(behaviours)) {
      test.each(Object.entries(mutants[sentence] ?? {}))(`"${sentence}" fails a store that %s`, async (_, mutation) => {
        const failure = await failureOf(behaviour, mutate(createNaiveHarness(), mutation));
        expect(failure, 'what the suite says of it').toSatisfy(isVerdict);
      });
    }
  });
}

describe('a store that promises its best effort', () => {
  const harness = createNaiveHarness({
    durability: 'disk',
    conflicts: 'best effort',
    batches: 'best effort',
    following: 'exact',
  });
  const whole = 'counts all of a batch or nothing of it, and all that was stored before';
  const behaviours: Behaviours = {
    ...CONTRACT['racing appends'],
    ...CONTRACT['reading while writing'],
    [whole]: CONTRACT.aggregating[whole],
  };

  test.each(Object.entries(behaviours))('may miss what others do at the same time: %s', async (_, behaviour) => {
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
  return tryBehaviour(harness, behaviour, SEED).then(
    () => undefined,
    (error: unknown) => error,
  );
}

/** An expectation that does not hold, or an error that the store answered; any other would be a slip of the test itself. */
function isVerdict(failure: unknown): boolean {
  return isEventTrackerError(failure) || (failure instanceof Error && failure.name === 'AssertionError');
}

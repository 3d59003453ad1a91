import { afterAll, describe, test } from 'vitest';
import { CONTRACT } from './contract.ts';
import type { EventStoreHarness } from './harness.ts';
import { chooseSeed } from './random.ts';
import { type BehaviourRunner, reuseStores, runBehaviour } from './run-behaviour.ts';
import { IS_QUICK } from './test-effort.ts';

/** Long enough for a store behind a slow network. */
const TEST_TIMEOUT_MS = 120_000;

/**
 * Registers a test for every behaviour in the contract of `EventStorePort`, each with an empty store. Random events come from a
 * seed, which is in the titles of the tests; `CONFORMANCE_SEED` sets it.
 *
 * @example
 * describeEventStore('memory event store', { open: () => createMemoryEventStore() });
 */
export function describeEventStore(name: string, harness: EventStoreHarness): void {
  const seed = chooseSeed();
  const runner = IS_QUICK && harness.isReusable ? reuseStores(harness) : openEachTime(harness);
  describe(`${name} (CONFORMANCE_SEED=${seed})`, { timeout: TEST_TIMEOUT_MS }, () => {
    afterAll(runner.close);
    for (const [group, behaviours] of Object.entries(CONTRACT)) {
      describe(group, () => {
        for (const [sentence, behaviour] of Object.entries(behaviours)) {
          test(sentence, () => runner.run(behaviour, seed));
        }
      });
    }
  });
}

function openEachTime(harness: EventStoreHarness): BehaviourRunner {
  return { run: (behaviour, seed) => runBehaviour(harness, behaviour, seed), close: async () => {} };
}

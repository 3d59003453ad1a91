import { describe, test } from 'vitest';
import { CONTRACT } from './contract.ts';
import { type EventStoreHarness, runBehaviour } from './harness.ts';
import { chooseSeed } from './random.ts';

/** Long enough for a store behind a slow network. */
const TEST_TIMEOUT_MS = 120_000;

/**
 * Registers a test for every behaviour in the contract of `EventStorePort`, each with a new store. Random events come from a
 * seed, which is in the titles of the tests; `CONFORMANCE_SEED` sets it.
 *
 * @example
 * describeEventStore('memory event store', { open: () => createMemoryEventStore() });
 */
export function describeEventStore(name: string, harness: EventStoreHarness): void {
  const seed = chooseSeed();
  describe(`${name} (CONFORMANCE_SEED=${seed})`, { timeout: TEST_TIMEOUT_MS }, () => {
    for (const [group, behaviours] of Object.entries(CONTRACT)) {
      describe(group, () => {
        for (const [sentence, behaviour] of Object.entries(behaviours)) {
          test(sentence, () => runBehaviour(harness, behaviour, seed));
        }
      });
    }
  });
}

import { describe, test } from 'vitest';
import { CONTRACT } from './contract.ts';
import { type EventStoreHarness, tryBehaviour } from './harness.ts';
import { chooseSeed } from './random.ts';

/** For stores at the far end of a slow network; one in memory needs a few seconds for the whole suite. */
const TEST_TIMEOUT_MS = 120_000;

/**
 * Holds an adapter to the whole contract of `EventStorePort`: registers the tests of every behaviour, each on a new
 * store. Their random events come from a seed that stands in their titles; `CONFORMANCE_SEED` sets it.
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
          test(sentence, () => tryBehaviour(harness, behaviour, seed));
        }
      });
    }
  });
}

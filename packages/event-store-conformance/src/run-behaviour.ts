import { createEventBuilder } from './event-builder.ts';
import type { Behaviour, EventStoreHarness } from './harness.ts';
import { createPlace, emptyPlace, type Place } from './place.ts';
import { createRandom } from './random.ts';

/** Checks one behaviour with a new store, and closes all stores. */
export async function runBehaviour(harness: EventStoreHarness, behaviour: Behaviour, seed: number): Promise<void> {
  const place = createPlace(harness);
  try {
    await runAt(place, harness, behaviour, seed);
  } finally {
    await place.close();
  }
}

/** Checks behaviours one after another. */
export interface BehaviourRunner {
  run(behaviour: Behaviour, seed: number): Promise<void>;
  /** Closes what the last behaviour has left. */
  close(): Promise<void>;
}

/**
 * Returns a runner that uses a store for several behaviours: it deletes the events in between, and opens a new store only
 * after a behaviour that failed, opened or closed a store, or left many events.
 */
export function reuseStores(harness: EventStoreHarness): BehaviourRunner {
  let spare: Place | undefined;
  return {
    run: async (behaviour, seed) => {
      const place = spare ?? createPlace(harness);
      spare = place;
      let isReusable = false;
      try {
        await runAt(place, harness, behaviour, seed);
        isReusable = await emptyPlace(place);
      } finally {
        if (!isReusable) {
          spare = undefined;
          await place.close();
        }
      }
    },
    close: async () => spare?.close(),
  };
}

async function runAt(place: Place, harness: EventStoreHarness, behaviour: Behaviour, seed: number): Promise<void> {
  // Each behaviour starts from the seed, so that it has the same events when it runs alone.
  const random = createRandom(seed);
  const store = place.opened[0] ?? (await place.open());
  const share = async () => (harness.isShared ? place.open() : store);
  await behaviour({ store, reopen: place.open, share, anEvent: createEventBuilder(random), random });
}

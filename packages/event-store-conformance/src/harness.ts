import { randomUUID } from 'node:crypto';
import type { EventStorePort } from '@event-tracker/core/store';
import { createEventBuilder, type EventBuilder } from './event-builder.ts';
import { createRandom, type Random } from './random.ts';

/** What the suite needs of an adapter. */
export interface EventStoreHarness {
  /**
   * Opens the store that keeps its events at a place: a new name the first time, and then the store is empty; the same
   * name again after the store was closed, and then it is the same store. The name suits a file, a schema or a database:
   * lower case letters, digits and underscores, at most 63 of them. A store that keeps nothing beyond its process needs
   * no place and ignores it. There must be room for 50,000 events.
   */
  open(place: string): EventStorePort | Promise<EventStorePort>;
  /** Whether a place can be open in several stores at the same time, as in several servers. */
  readonly isShared?: boolean;
  /** Removes what was kept at a place; called when its test is over and its stores are closed. */
  remove?(place: string): void | Promise<void>;
}

/** What one test works with. */
export interface Subject {
  /** An open store without events. */
  readonly store: EventStorePort;
  /** Opens another store at the same place; the one before has to be closed. */
  reopen(): Promise<EventStorePort>;
  /** Opens another store at the same place; where that cannot be, it is the same one. */
  share(): Promise<EventStorePort>;
  readonly anEvent: EventBuilder;
  readonly random: Random;
}

/** Holds a store to one sentence of the contract: rejects where the store does otherwise. */
export type Behaviour = (subject: Subject) => Promise<void>;

/** Behaviours by their sentences. */
export type Behaviours = Readonly<Record<string, Behaviour>>;

/** Tries one behaviour on a store of its own, and leaves nothing open. */
export async function tryBehaviour(harness: EventStoreHarness, behaviour: Behaviour, seed: number): Promise<void> {
  const place = `conformance_${randomUUID().replaceAll('-', '')}`;
  const opened: EventStorePort[] = [];
  const open = async () => {
    const store = await harness.open(place);
    opened.push(store);
    return store;
  };
  // Each behaviour begins with the seed anew: run alone, it meets the same events.
  const random = createRandom(seed);
  try {
    const store = await open();
    const share = async () => (harness.isShared ? open() : store);
    await behaviour({ store, reopen: open, share, anEvent: createEventBuilder(random), random });
  } finally {
    // Whether closing works is a behaviour of its own.
    await Promise.allSettled(opened.map((store) => store.close()));
    await harness.remove?.(place);
  }
}

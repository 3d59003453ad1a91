import type { EventStorePort } from '@event-tracker/core/store';
import type { EventBuilder } from './event-builder.ts';
import type { Random } from './random.ts';

/** Opens the stores of an adapter for the suite. */
export interface EventStoreHarness {
  /**
   * Opens the store at a place. A new place is an empty store. A place that was opened before, and whose store was closed, is
   * the same store again. The name of a place is valid for a file, a schema or a database: at most 63 lower case letters,
   * digits and underscores. A store with `durability: 'process'` ignores it. The store must accept 50,000 events.
   */
  open(place: string): EventStorePort | Promise<EventStorePort>;
  /** True if several stores can be open at one place at the same time, as in several servers. */
  readonly isShared?: boolean;
  /** Deletes the store at a place. Called after the test, when its stores are closed. */
  delete?(place: string): void | Promise<void>;
  /** True if a quick run may use one store for several tests, because opening a store is slow. */
  readonly isReusable?: boolean;
}

/** The store under test, and what a test needs in addition to it. */
export interface Subject {
  /** An open store without events. */
  readonly store: EventStorePort;
  /** Opens the store again. The previous one must be closed. */
  reopen(): Promise<EventStorePort>;
  /** Opens a second store at the same place if the harness is shared; otherwise returns the same store. */
  share(): Promise<EventStorePort>;
  readonly anEvent: EventBuilder;
  readonly random: Random;
}

/** Checks one sentence of the contract: rejects if the store does not comply. */
export type Behaviour = (subject: Subject) => Promise<void>;

/** Behaviours by sentence. */
export type Behaviours = Readonly<Record<string, Behaviour>>;

import type { Event } from '@event-tracker/core';

/** Receives an event that the target refuses permanently. Throws to end forwarding. */
export type OnRefused = (event: Event, problem: string) => void;

/** What receives the events. */
export interface Target {
  /** Number of events after which the position is saved, and that are sent again after a kill. */
  readonly pageSize: number;
  /** Number of events of one call of `deliver`. */
  readonly batchSize: number;
  /**
   * Resolves when the target has acknowledged or refused each event. Safe to repeat.
   *
   * @throws an error of `isServerUnavailable` if the target is to be tried again, any other if it refuses every event
   */
  deliver(events: readonly Event[], onRefused: OnRefused): Promise<void>;
}

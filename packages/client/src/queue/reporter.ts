import type { Event } from '@event-tracker/core';
import { type QueuedEvent, toEvent } from './queued-event.ts';

/** Receives an event of `submitLater` that was not stored, and why. */
export type OnRejected = (event: Event, error: Error) => void;

/** Returns a function that reports an event, and does not throw if `onRejected` does. */
export function createReporter(onRejected: OnRejected | undefined): (event: QueuedEvent, error: Error) => void {
  return (event, error) => {
    try {
      onRejected?.(toEvent(event), error);
    } catch (thrown) {
      // As if nothing had called it: the runtime reports the error, and the other events are sent.
      queueMicrotask(() => {
        throw thrown;
      });
    }
  };
}

import type { Event } from '@event-tracker/core';
import { useSignal, useSignalEffect } from '@preact/signals';
import { describeError } from '../server/describe-error.ts';
import { createTracker } from '../server/tracker.ts';
import { events } from '../table/events.ts';

/** An event of the list, or read by its id. */
export interface UsedEvent {
  readonly event: Event | undefined;
  /** Why there is none. */
  readonly problem: string | undefined;
}

/**
 * Reads an event for a component that shows only this one.
 *
 * @param missing what to report if there is no event with the id
 */
export function useEvent(id: string, missing: string): UsedEvent {
  const loaded = useSignal<Event | undefined>(undefined);
  const problem = useSignal<string | undefined>(undefined);
  useSignalEffect(() => {
    const known = events.value.find((event) => event.id === id);
    if (known) loaded.value = known;
    else if (!loaded.peek()) void load();
  });

  async function load(): Promise<void> {
    try {
      const found = await createTracker().get(id);
      if (found) loaded.value = found;
      else problem.value = missing;
    } catch (error) {
      problem.value = describeError(error).sentence;
    }
  }

  return { event: loaded.value, problem: problem.value };
}

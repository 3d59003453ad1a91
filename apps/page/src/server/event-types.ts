import type { EventTypeSummary } from '@event-tracker/core';
import { effect, signal } from '@preact/signals';
import { key } from './key.ts';
import { createLatest } from './latest.ts';
import { createTracker } from './tracker.ts';

/** All event types; undefined until the server has returned them. */
export const eventTypes = signal<readonly EventTypeSummary[] | undefined>(undefined);

const loading = createLatest();

/** Loads them again, such as after new events. */
export function loadEventTypes(): void {
  loading.run(
    (signal) => createTracker().eventTypes({ signal }),
    (types) => {
      eventTypes.value = types;
    },
    () => {}, // the table reports why the server cannot be read
  );
}

effect(() => {
  key.value;
  loadEventTypes();
});

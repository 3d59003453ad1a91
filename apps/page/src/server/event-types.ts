import type { EventTypeSummary } from '@event-tracker/core';
import { computed, effect, signal } from '@preact/signals';
import { address } from '../address/current.ts';
import { isQuarantineType, shownType } from '../address/quarantine-type.ts';
import { key } from './key.ts';
import { createLatest } from './latest.ts';
import { createTracker } from './tracker.ts';

/** All event types; undefined until the server has returned them. */
const eventTypes = signal<readonly EventTypeSummary[] | undefined>(undefined);

/** The types of the present view, as it shows them. */
export const shownTypes = computed(() => {
  const { view } = address.value;
  if (view !== 'quarantine') return eventTypes.value;
  return quarantineTypes.value?.map((type) => ({ ...type, event_type: shownType(type.event_type, view) }));
});

/** The types of quarantined events. */
export const quarantineTypes = computed(() =>
  eventTypes.value?.filter(({ event_type }) => isQuarantineType(event_type)),
);

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

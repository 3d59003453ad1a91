import { randomUUID } from 'node:crypto';
import type { EventStorePort } from '@event-tracker/core/store';
import type { EventStoreHarness } from './harness.ts';

/** A place of a harness, and the stores that are open there. */
export interface Place {
  open(): Promise<EventStorePort>;
  /** The stores that were opened, in order. */
  readonly opened: readonly EventStorePort[];
  /** Closes all stores and deletes the place. */
  close(): Promise<void>;
}

export function createPlace(harness: EventStoreHarness): Place {
  const name = `conformance_${randomUUID().replaceAll('-', '')}`;
  const opened: EventStorePort[] = [];
  return {
    open: async () => {
      const store = await harness.open(name);
      opened.push(store);
      return store;
    },
    opened,
    close: async () => {
      // A failure to close is ignored: the group `lifecycle` checks it.
      await Promise.allSettled(opened.map((store) => store.close()));
      await harness.delete?.(name);
    },
  };
}

/** Opening a new store is faster than deleting more events than this. */
const MAX_DELETED_EVENTS = 4_000;

/** Deletes all events of a place. Returns false if the place cannot be used again, such as after its store was closed. */
export async function emptyPlace({ opened }: Place): Promise<boolean> {
  const [store, ...others] = opened;
  if (store === undefined || others.length > 0) return false;
  try {
    const page = { filter: {}, order: 'asc', limit: MAX_DELETED_EVENTS + 1 } as const;
    const events = await store.query(page);
    if (events.length > MAX_DELETED_EVENTS) return false;
    if (events.length > 0) await store.delete(events.map(({ id }) => id));
    return (await store.query(page)).length === 0;
  } catch {
    return false;
  }
}

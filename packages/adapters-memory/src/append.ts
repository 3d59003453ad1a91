import type { Event } from '@event-tracker/core';
import {
  type AppendOutcome,
  beginTimeSlice,
  createStoreFullError,
  decideAppendsInSlices,
  haveSameContent,
  toFrozenEvent,
} from '@event-tracker/core/store';
import type { Contents } from './contents/contents.ts';
import { estimateBytes } from './contents/estimate-bytes.ts';
import type { StoredEvent } from './contents/stored-event.ts';

/** The capacity of a store. */
export interface Bounds {
  readonly maxEvents: number;
  /** In bytes of memory, as `estimateBytes` counts them. */
  readonly maxBytes: number;
}

/** The result of an append. */
export interface Appended {
  readonly outcomes: readonly AppendOutcome[];
  /** The sequence of the last event stored. */
  readonly committed: number;
}

/**
 * Stores batches: the port's `append`. Decides the outcome of every batch before it changes anything, then adds the new
 * events; if adding one fails, deletes those already added. Appends must not run concurrently. A long append yields to the
 * event loop between time slices; readers do not see its events until the caller advances `committed` past them.
 *
 * @throws StoreFullError; then nothing is stored
 */
export async function appendBatches(
  contents: Contents,
  batches: readonly (readonly Event[])[],
  committed: number,
  bounds: Bounds,
): Promise<Appended> {
  const slice = beginTimeSlice({ isUrgent: true });
  const frozen: Event[][] = [];
  for (const batch of batches) {
    const events: Event[] = [];
    for (const event of batch) {
      if (slice.isOver()) await slice.next();
      events.push(toFrozenEvent(event));
    }
    frozen.push(events);
  }
  const { outcomes, fresh } = await decideAppendsInSlices(frozen, contents, haveSameContent);
  const additions: StoredEvent[] = [];
  for (const event of fresh) {
    if (slice.isOver()) await slice.next();
    additions.push({ event, sequence: committed + additions.length + 1, bytes: estimateBytes(event) });
  }
  requireCapacity(bounds, contents, additions);

  const added: Event[] = [];
  try {
    for (const addition of additions) {
      if (slice.isOver()) await slice.next();
      added.push(addition.event);
      contents.add(addition);
    }
  } catch (error) {
    for (const event of added) contents.delete(event);
    throw error;
  }
  return { outcomes, committed: committed + additions.length };
}

function requireCapacity({ maxEvents, maxBytes }: Bounds, contents: Contents, additions: readonly StoredEvent[]): void {
  const bytes = additions.reduce((sum, addition) => sum + addition.bytes, contents.bytes);
  if (contents.count + additions.length > maxEvents)
    throw createStoreFullError(`the store is limited to ${maxEvents} events (maxEvents)`);
  if (bytes > maxBytes) throw createStoreFullError(`the store is limited to about ${maxBytes} bytes (maxBytes)`);
}

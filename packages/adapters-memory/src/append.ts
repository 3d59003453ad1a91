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

/** The most that a store may hold. */
export interface Bounds {
  readonly maxEvents: number;
  /** Estimated bytes of memory. */
  readonly maxBytes: number;
}

/** What an append has done. */
export interface Appended {
  readonly outcomes: readonly AppendOutcome[];
  /** The sequence of the last event stored. */
  readonly committed: number;
}

/**
 * Stores batches: the port's `append`. First all is decided and nothing changed, then it is stored, and taken out again if
 * that fails half-way. Only one append may run at a time. A long one goes in slices that let readers in; they see none of
 * it until the caller counts its last sequence as committed.
 *
 * @throws StoreFullError, and then nothing is stored
 */
export async function appendBatches(
  contents: Contents,
  batches: readonly (readonly Event[])[],
  committed: number,
  bounds: Bounds,
): Promise<Appended> {
  const slice = beginTimeSlice();
  const frozen: Event[][] = [];
  for (const batch of batches) {
    const events: Event[] = [];
    for (const event of batch) {
      events.push(toFrozenEvent(event));
      if (slice.isOver()) await slice.next();
    }
    frozen.push(events);
  }
  const { outcomes, fresh } = await decideAppendsInSlices(frozen, contents, haveSameContent);
  const additions: StoredEvent[] = [];
  for (const event of fresh) {
    additions.push({ event, sequence: committed + additions.length + 1, bytes: estimateBytes(event) });
    if (slice.isOver()) await slice.next();
  }
  refuseBeyond(bounds, contents, additions);

  const added: Event[] = [];
  try {
    for (const addition of additions) {
      added.push(addition.event);
      contents.add(addition);
      if (slice.isOver()) await slice.next();
    }
  } catch (error) {
    for (const event of added) contents.remove(event);
    throw error;
  }
  return { outcomes, committed: committed + additions.length };
}

function refuseBeyond({ maxEvents, maxBytes }: Bounds, contents: Contents, additions: readonly StoredEvent[]): void {
  const bytes = additions.reduce((sum, addition) => sum + addition.bytes, contents.bytes);
  if (contents.count + additions.length > maxEvents)
    throw createStoreFullError(`the store holds at most ${maxEvents} events`);
  if (bytes > maxBytes) throw createStoreFullError(`the store holds at most about ${maxBytes} bytes`);
}

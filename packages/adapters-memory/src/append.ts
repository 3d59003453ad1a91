import {
  type AppendResult,
  beginTimeSlice,
  createEventIdConflictError,
  createStoreFullError,
  type Event,
  type EventId,
  haveSameContent,
  toFrozenEvent,
} from '@event-tracker/core';
import type { Contents } from './contents/contents.ts';
import { estimateBytes } from './contents/estimate-bytes.ts';
import type { StoredEvent } from './contents/stored-event.ts';

/** The most that a store may hold. */
export interface Bounds {
  readonly maxEvents: number;
  /** Estimated bytes of memory. */
  readonly maxBytes: number;
}

/**
 * Stores every event of a batch, or none: first all is decided and nothing changed, then it is stored, and taken out
 * again if that fails half-way. Only one batch may be stored at a time. A long batch goes in slices that let readers in;
 * they see none of it until the caller counts its last sequence as committed.
 *
 * @returns the answer, and the sequence of the last event stored
 */
export async function storeBatch(contents: Contents, events: readonly Event[], committed: number, bounds: Bounds) {
  const fresh = new Map<EventId, StoredEvent>();
  const results: AppendResult[] = [];
  const conflicts: EventId[] = [];
  const slice = beginTimeSlice();
  for (const event of events) {
    const known = contents.get(event.id) ?? fresh.get(event.id)?.event;
    if (!known) {
      const stored = toStored(event, committed + fresh.size + 1);
      fresh.set(event.id, stored);
      results.push({ event: stored.event, stored: true });
    } else if (haveSameContent(known, event)) {
      results.push({ event: known, stored: false });
    } else {
      conflicts.push(event.id);
    }
    if (slice.isOver()) await slice.next();
  }
  if (conflicts.length > 0) throw createEventIdConflictError([...new Set(conflicts)]);
  refuseBeyond(bounds, contents, fresh.values());

  const added: Event[] = [];
  try {
    for (const stored of fresh.values()) {
      added.push(stored.event);
      contents.add(stored);
      if (slice.isOver()) await slice.next();
    }
  } catch (error) {
    for (const event of added) contents.remove(event);
    throw error;
  }
  return { results, committed: committed + fresh.size };
}

function toStored(given: Event, sequence: number): StoredEvent {
  const event = toFrozenEvent(given);
  return { event, sequence, bytes: estimateBytes(event) };
}

function refuseBeyond({ maxEvents, maxBytes }: Bounds, contents: Contents, fresh: Iterable<StoredEvent>): void {
  let { count, bytes } = contents;
  for (const stored of fresh) {
    count++;
    bytes += stored.bytes;
  }
  if (count > maxEvents) throw createStoreFullError(`the store holds at most ${maxEvents} events`);
  if (bytes > maxBytes) throw createStoreFullError(`the store holds at most about ${maxBytes} bytes`);
}

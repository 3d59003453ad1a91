import { createOverloadedError, type OverloadedError } from '../errors.ts';
import type { Event, JsonObject, JsonValue } from '../event/event.ts';
import type { AppendOutcome } from './event-store-port.ts';

/** Limits of the appends that wait for a store, and of their groups. */
export interface AppendQueueLimits {
  /** Greatest number of events in a group of several appends. Default: 10,000. */
  readonly maxGroupEvents?: number;
  /** Greatest size of a group of several appends, in estimated bytes of JSON. Default: 16 MiB. */
  readonly maxGroupBytes?: number;
  /** Greatest size of the queue, in estimated bytes of JSON; further appends are rejected. Default: 256 MiB. */
  readonly maxQueuedBytes?: number;
}

/** An append that waits for the store. */
export interface WaitingAppend {
  readonly batches: readonly (readonly Event[])[];
  readonly eventCount: number;
  readonly resolve: (outcomes: readonly AppendOutcome[]) => void;
  readonly reject: (error: unknown) => void;
}

/** A queue of appends. */
export interface AppendQueue {
  readonly length: number;
  readonly events: number;
  /** @throws OverloadedError if the queue is full */
  push(append: WaitingAppend): void;
  /** Deletes an append from the queue; returns false if it is no longer in the queue. */
  delete(append: WaitingAppend): boolean;
  /** Deletes the appends of the next group from the queue and returns them. A group has at least one append. */
  takeGroup(): readonly WaitingAppend[];
  /** Records the time that the store needed for a number of events, in milliseconds. */
  measured(events: number, ms: number): void;
  /** Creates the error of an append that is not stored because the queue is too long. */
  overloaded(reason: string): OverloadedError;
}

const MIB = 1024 ** 2;
/** Weight of the newest measurement in the moving average. */
const NEWEST_WEIGHT = 0.2;
const MIN_RETRY_AFTER_MS = 1_000;
const MAX_RETRY_AFTER_MS = 60_000;

export function createAppendQueue(limits: AppendQueueLimits = {}): AppendQueue {
  const { maxGroupEvents = 10_000, maxGroupBytes = 16 * MIB, maxQueuedBytes = 256 * MIB } = limits;
  /** The estimated bytes of each append. A `Map` keeps the order and can delete any entry. */
  const waiting = new Map<WaitingAppend, number>();
  let queuedEvents = 0;
  let queuedBytes = 0;
  let msPerEvent = 0;

  function overloaded(reason: string): OverloadedError {
    const retryAfterMs = Math.min(Math.max(queuedEvents * msPerEvent, MIN_RETRY_AFTER_MS), MAX_RETRY_AFTER_MS);
    return createOverloadedError(`${reason}; nothing of this call is stored`, { retryAfterMs });
  }

  function deleteWaiting(append: WaitingAppend, bytes: number): void {
    waiting.delete(append);
    queuedEvents -= append.eventCount;
    queuedBytes -= bytes;
  }

  return {
    get length() {
      return waiting.size;
    },
    get events() {
      return queuedEvents;
    },
    push: (append) => {
      const bytes = estimateBytes(append.batches);
      // A single append can be larger than the queue.
      if (waiting.size > 0 && queuedBytes + bytes > maxQueuedBytes)
        throw overloaded(`${queuedEvents} events are waiting to be stored`);
      waiting.set(append, bytes);
      queuedEvents += append.eventCount;
      queuedBytes += bytes;
    },
    delete: (append) => {
      const bytes = waiting.get(append);
      if (bytes === undefined) return false;
      deleteWaiting(append, bytes);
      return true;
    },
    takeGroup: () => {
      const group: WaitingAppend[] = [];
      let groupEvents = 0;
      let groupBytes = 0;
      for (const [append, bytes] of waiting) {
        groupEvents += append.eventCount;
        groupBytes += bytes;
        if (group.length > 0 && (groupEvents > maxGroupEvents || groupBytes > maxGroupBytes)) break;
        group.push(append);
        deleteWaiting(append, bytes);
      }
      return group;
    },
    measured: (events, ms) => {
      const newest = ms / Math.max(events, 1);
      msPerEvent = msPerEvent === 0 ? newest : (1 - NEWEST_WEIGHT) * msPerEvent + NEWEST_WEIGHT * newest;
    },
    overloaded,
  };
}

/** Estimated size of an event without its type and payload. */
const ENVELOPE_BYTES = 64;
const NUMBER_BYTES = 8;

/** Estimates the bytes of events as JSON. A character outside ASCII counts as one byte. */
function estimateBytes(batches: readonly (readonly Event[])[]): number {
  let bytes = 0;
  for (const batch of batches) {
    for (const { event_type, payload } of batch) bytes += ENVELOPE_BYTES + event_type.length + estimateValue(payload);
  }
  return bytes;
}

function estimateValue(value: JsonValue): number {
  if (typeof value === 'string') return value.length + 3;
  if (typeof value === 'number') return NUMBER_BYTES;
  if (typeof value !== 'object' || value === null) return 5;
  let bytes = 3;
  for (const name of Object.keys(value))
    bytes += name.length + 3 + estimateValue((value as JsonObject)[name] as JsonValue);
  return bytes;
}

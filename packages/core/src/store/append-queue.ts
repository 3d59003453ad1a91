import { createOverloadedError, type OverloadedError } from '../errors.ts';
import type { Event, JsonValue } from '../event/event.ts';
import type { AppendOutcome } from './event-store-port.ts';

/** Bounds of the appends that wait for a store, and of the groups they are put into. */
export interface AppendQueueLimits {
  /** A group receives no further append beyond this number of events. Default: 10,000. */
  readonly maxGroupEvents?: number;
  /** A group receives no further append beyond this estimate of bytes of JSON. Default: 16 MiB. */
  readonly maxGroupBytes?: number;
  /** Estimated bytes of JSON that can wait; an append beyond is refused. Default: 256 MiB. */
  readonly maxQueuedBytes?: number;
}

/** An append that waits for its turn. */
export interface WaitingAppend {
  readonly batches: readonly (readonly Event[])[];
  readonly eventCount: number;
  readonly resolve: (outcomes: readonly AppendOutcome[]) => void;
  readonly reject: (error: unknown) => void;
}

/** Appends in the order in which they came. */
export interface AppendQueue {
  readonly length: number;
  readonly events: number;
  /** @throws OverloadedError where too much waits already */
  push(append: WaitingAppend): void;
  /** Takes an append out again; false where it is not in the queue any more. */
  delete(append: WaitingAppend): boolean;
  /** Takes out the next appends: at least one, and no more than a group can have. */
  takeGroup(): readonly WaitingAppend[];
  /** Learns how long the store needs, in milliseconds, for a number of events. */
  measured(events: number, ms: number): void;
  /** An error for an append that is not stored because too much waits before it. */
  overloaded(reason: string): OverloadedError;
}

const MIB = 1024 ** 2;
/** Weight of the newest measurement; the others together have the rest. */
const NEWEST_WEIGHT = 0.2;
const MIN_RETRY_AFTER_MS = 1_000;
const MAX_RETRY_AFTER_MS = 60_000;

export function createAppendQueue(limits: AppendQueueLimits = {}): AppendQueue {
  const { maxGroupEvents = 10_000, maxGroupBytes = 16 * MIB, maxQueuedBytes = 256 * MIB } = limits;
  /** Each append with its estimated bytes; a `Set` and a `Map` keep the order, and delete anywhere. */
  const waiting = new Map<WaitingAppend, number>();
  let queuedEvents = 0;
  let queuedBytes = 0;
  let msPerEvent = 0;

  function overloaded(reason: string): OverloadedError {
    const retryAfterMs = Math.min(Math.max(queuedEvents * msPerEvent, MIN_RETRY_AFTER_MS), MAX_RETRY_AFTER_MS);
    return createOverloadedError(`${reason}; nothing of this call is stored`, { retryAfterMs });
  }

  function remove(append: WaitingAppend, bytes: number): void {
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
      remove(append, bytes);
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
        remove(append, bytes);
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

/** An event without its type and its payload, as JSON. */
const ENVELOPE_BYTES = 64;
const NUMBER_BYTES = 8;

/** About the bytes of some events as JSON; a character beyond ASCII counts as one. */
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
  for (const [name, member] of Object.entries(value)) bytes += name.length + 3 + estimateValue(member);
  return bytes;
}

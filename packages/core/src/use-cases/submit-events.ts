import {
  createBatchTooLargeError,
  createEventIdConflictError,
  createInvalidEventError,
  createPayloadTooLargeError,
  type EventProblem,
  isEventIdConflictError,
} from '../errors.ts';
import type { Event, EventId } from '../event/event.ts';
import { type EventLimits, parseNewEvent } from '../event/parse-event.ts';
import { beginTimeSlice } from '../runtime/event-loop.ts';
import type { AppendResult, EventStorePort } from '../store/event-store-port.ts';

/** How much one call may hold. */
export interface SubmitLimits extends EventLimits {
  /** Greatest number of events in one call. */
  readonly maxBatchEvents: number;
}

export interface SubmitDependencies {
  readonly store: EventStorePort;
  readonly newId: () => EventId;
  readonly limits: SubmitLimits;
}

/** Events to submit: an array, or anything whose number is known before they are made one by one. */
export interface EventInputs extends Iterable<unknown> {
  readonly length: number;
}

/** Problems that an error lists; the others are only counted. */
const MAX_LISTED_PROBLEMS = 20;

/**
 * Checks every event and stores all of them, or none. A long list is checked in slices, so that it holds nobody up.
 *
 * @returns what became of each event, in the order given
 * @throws BatchTooLargeError, PayloadTooLargeError, InvalidEventError, EventIdConflictError (of several, the one named
 * first here), or the store's StoreUnavailableError, StoreFullError, StoreTimeoutError
 */
export async function submitEvents(
  { store, newId, limits }: SubmitDependencies,
  inputs: EventInputs,
): Promise<readonly AppendResult[]> {
  if (inputs.length > limits.maxBatchEvents)
    throw createBatchTooLargeError({ events: inputs.length, maxEvents: limits.maxBatchEvents });

  const events: Event[] = [];
  const problems = collectProblems();
  const slice = beginTimeSlice();
  let index = 0;
  for (const input of inputs) {
    const parsed = parseNewEvent(input, limits);
    if ('event' in parsed) {
      const { id = newId(), event_type, timestamp, payload } = parsed.event;
      events.push(Object.freeze({ id, event_type, timestamp, payload }));
    } else if ('problems' in parsed) {
      problems.add(index, parsed.problems);
    } else {
      throw createPayloadTooLargeError({ index, bytes: parsed.payloadBytes, maxBytes: limits.maxPayloadBytes });
    }
    index++;
    if (slice.isOver()) await slice.next();
  }
  problems.throwIfAny(index);
  const results = await appendAll(store, events);
  if (results.length !== events.length) throw new Error('the store did not say what became of each event');
  return results;
}

/** Appends, and where ids are in conflict finds out whose they are. */
async function appendAll(store: EventStorePort, events: readonly Event[]): Promise<readonly AppendResult[]> {
  try {
    return await store.append(events);
  } catch (error) {
    if (!isEventIdConflictError(error)) throw error;
    const ids = new Set(error.ids);
    const taken = events.flatMap(({ id }, index) => (ids.has(id) ? [{ index, id }] : []));
    throw createEventIdConflictError(error.ids, taken);
  }
}

/** Keeps the first problems and counts all, so that a list of nothing but wrong events makes a short error. */
function collectProblems() {
  const listed: EventProblem[] = [];
  let problemCount = 0;
  let invalidEventCount = 0;
  return {
    add(index: number, found: readonly Omit<EventProblem, 'index'>[]): void {
      problemCount += found.length;
      invalidEventCount++;
      for (const problem of found.slice(0, MAX_LISTED_PROBLEMS - listed.length)) listed.push({ index, ...problem });
    },
    throwIfAny(eventCount: number): void {
      if (problemCount > 0)
        throw createInvalidEventError({ problems: listed, problemCount, invalidEventCount, eventCount });
    },
  };
}

import type { Event, EventId, EventInputs } from '@event-tracker/core';
import {
  collectEventProblems,
  createPayloadTooLargeError,
  type EventProblemCollection,
  parseNewEvent,
} from '@event-tracker/core/schemas';
import { beginTimeSlice } from '@event-tracker/core/store';

/**
 * Greatest size of a payload in bytes that is sent. The limit of the server is lower, and the server applies it; this one bounds the
 * work on an object that contains itself many times.
 */
const MAX_PAYLOAD_BYTES = 64 * 1024 ** 2;

/** An event to send: validated, in its normal form, with an id, and independent of the object that the caller keeps. */
export interface PreparedEvent {
  readonly event: Event;
  /** True if the caller gave no id. */
  readonly hasNewId: boolean;
}

/**
 * Validates one event, as `prepareEvents` does.
 *
 * @throws InvalidEventError, PayloadTooLargeError
 */
export function prepareEvent(input: unknown, newId: () => EventId): PreparedEvent {
  const problems = collectEventProblems();
  const prepared = prepare(input, 0, newId, problems);
  problems.throwIfAny(1);
  return prepared as PreparedEvent; // there is no problem
}

/**
 * Validates events as core does, so that a value that JSON would change or drop is refused before it is sent, and gives an id to
 * each that has none, so that sending it again is safe.
 *
 * @throws InvalidEventError, PayloadTooLargeError
 */
export async function prepareEvents(inputs: EventInputs, newId: () => EventId): Promise<readonly PreparedEvent[]> {
  const prepared: PreparedEvent[] = [];
  const problems = collectEventProblems();
  const slice = beginTimeSlice();
  let index = 0;
  for (const input of inputs) {
    const event = prepare(input, index++, newId, problems);
    if (event) prepared.push(event);
    if (slice.isOver()) await slice.next();
  }
  problems.throwIfAny(index);
  return prepared;
}

/** Returns the prepared event, or adds its problems to the others. */
function prepare(
  input: unknown,
  index: number,
  newId: () => EventId,
  problems: EventProblemCollection,
): PreparedEvent | undefined {
  const parsed = parseNewEvent(input, { maxPayloadBytes: MAX_PAYLOAD_BYTES });
  if ('payloadBytes' in parsed)
    throw createPayloadTooLargeError({ index, bytes: parsed.payloadBytes, maxBytes: MAX_PAYLOAD_BYTES });
  if ('problems' in parsed) {
    problems.add(index, parsed.problems);
    return undefined;
  }
  const { id, event_type, timestamp, payload } = parsed.event;
  return { event: { id: id ?? newId(), event_type, timestamp, payload }, hasNewId: id === undefined };
}

import type { Event, EventId } from '@event-tracker/core';
import {
  collectEventProblems,
  createPayloadTooLargeError,
  type EventInputs,
  type EventProblemCollection,
  parseNewEvent,
  type SchemaCheck,
  type SchemaViolation,
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

/** How events are prepared. */
export interface Preparation {
  readonly newId: () => EventId;
  /** Checks payloads; undefined if the client has no validators. */
  readonly check: SchemaCheck | undefined;
}

/**
 * Validates one event, as `prepareEvents` does.
 *
 * @throws InvalidEventError, SchemaViolationError, PayloadTooLargeError; TypeError if the validator of its type is async
 */
export function prepareEvent(input: unknown, { newId, check }: Preparation): PreparedEvent {
  const problems = collectEventProblems();
  const prepared = prepare(input, 0, newId, problems);
  problems.throwIfAny(1);
  const { event } = prepared as PreparedEvent; // there is no problem
  const violation = check?.(event.event_type, event.payload);
  if (violation instanceof Promise) throw new TypeError('submitLater: the validator is async, use submit');
  if (violation) problems.add(0, violation.problems);
  problems.throwIfAny(1);
  return prepared as PreparedEvent;
}

/**
 * Validates events as core does, so that a value that JSON would change or drop is refused before it is sent, and gives an id to
 * each that has none, so that sending it again is safe.
 *
 * @throws InvalidEventError, SchemaViolationError, PayloadTooLargeError
 */
export async function prepareEvents(
  inputs: EventInputs,
  { newId, check }: Preparation,
): Promise<readonly PreparedEvent[]> {
  const prepared: PreparedEvent[] = [];
  const problems = collectEventProblems();
  const slice = beginTimeSlice();
  let index = 0;
  for (const input of inputs) {
    if (slice.isOver()) await slice.next();
    const one = prepare(input, index, newId, problems);
    const violation: SchemaViolation | undefined = one && (await check?.(one.event.event_type, one.event.payload));
    if (violation) problems.add(index, violation.problems);
    else if (one) prepared.push(one);
    index++;
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

import type { Event, EventId, EventInputs } from '@event-tracker/core';
import { collectEventProblems, createPayloadTooLargeError, parseNewEvent } from '@event-tracker/core/schemas';
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
    const parsed = parseNewEvent(input, { maxPayloadBytes: MAX_PAYLOAD_BYTES });
    if ('event' in parsed) {
      const { id, event_type, timestamp, payload } = parsed.event;
      prepared.push({ event: { id: id ?? newId(), event_type, timestamp, payload }, hasNewId: id === undefined });
    } else if ('problems' in parsed) {
      problems.add(index, parsed.problems);
    } else {
      throw createPayloadTooLargeError({ index, bytes: parsed.payloadBytes, maxBytes: MAX_PAYLOAD_BYTES });
    }
    index++;
    if (slice.isOver()) await slice.next();
  }
  problems.throwIfAny(index);
  return prepared;
}

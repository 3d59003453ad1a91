import {
  type EventTrackerError,
  isEventIdConflictError,
  isEventTrackerError,
  isPayloadTooLargeError,
} from '@event-tracker/core';
import { createEventTrackerError, type EventProblem } from '@event-tracker/core/schemas';
import { isRequestError } from '@event-tracker/http-contract';

/** How to continue after a server has refused a batch. */
export type Refusal =
  /** Some events are refused. Each has the error that it would have alone, by its position in the batch. */
  | { readonly kind: 'some'; readonly errors: ReadonlyMap<number, Error> }
  /** The batch is too large, or the server does not name the events that it refuses. */
  | { readonly kind: 'divide' }
  /** The server would refuse every event in the same way. */
  | { readonly kind: 'all' };

const ABOUT_EVENTS: readonly EventTrackerError['code'][] = [
  'batch_too_large',
  'payload_too_large',
  'invalid_event',
  'outside_retention',
  'schema_violation',
  'event_id_conflict',
];

/** Returns how to continue after an error of `submitAll`, for callers that store the rest of a refused batch. */
export function readRefusal(error: unknown): Refusal {
  const errors = errorsByIndex(error);
  if (errors.size > 0) return { kind: 'some', errors };
  const isDivisible =
    (isEventTrackerError(error) && ABOUT_EVENTS.includes(error.code)) ||
    (isRequestError(error) && error.code === 'body_too_large');
  return { kind: isDivisible ? 'divide' : 'all' };
}

function errorsByIndex(error: unknown): ReadonlyMap<number, Error> {
  if (isPayloadTooLargeError(error)) {
    const { code, message, index, pointer, bytes, maxBytes } = error;
    return new Map([[index, createEventTrackerError(code, message, { index: 0, pointer, bytes, maxBytes })]]);
  }
  if (isEventIdConflictError(error)) {
    const events = error.events ?? [];
    return new Map(events.map(({ index, id }) => [index, conflictOf(id)]));
  }
  if (isEventTrackerError(error) && 'problems' in error && 'eventCount' in error) {
    const indexes = new Set(error.problems.map(({ index }) => index));
    return new Map([...indexes].map((index) => [index, problemsOf(error.code, error.problems, index)]));
  }
  return new Map();
}

function conflictOf(id: string): Error {
  const message = `${id} belongs to an event with other content`;
  return createEventTrackerError('event_id_conflict', message, { ids: [id], events: [{ index: 0, id }] });
}

function problemsOf(
  code: 'invalid_event' | 'outside_retention' | 'schema_violation',
  all: readonly EventProblem[],
  index: number,
): Error {
  const problems = all.filter((problem) => problem.index === index).map((problem) => ({ ...problem, index: 0 }));
  const message = problems.map(({ pointer, detail }) => `${pointer}: ${detail}`).join('; ');
  const members = { problems, problemCount: problems.length, invalidEventCount: 1, eventCount: 1 };
  return createEventTrackerError(code, message, members);
}

import {
  createBatchTooLargeError,
  createInvalidEventError,
  createOutsideRetentionError,
  createPayloadTooLargeError,
  type EventProblem,
} from '../errors.ts';
import type { Event, EventId } from '../event/event.ts';
import { type EventLimits, parseNewEvent } from '../event/parse-event.ts';
import { epochNanosecondsOf } from '../event/timestamp.ts';
import { findRule, getRetentionStart, type RetentionRule } from '../retention/retention-rule.ts';
import { beginTimeSlice } from '../runtime/event-loop.ts';
import { appendBatch } from '../store/append-batch.ts';
import type { AppendResult, EventStorePort } from '../store/event-store-port.ts';

/** Limits of one call. */
export interface SubmitLimits extends EventLimits {
  /** Greatest number of events in one call. */
  readonly maxBatchEvents: number;
}

/** The default limits of a tracker. */
export const DEFAULT_LIMITS: SubmitLimits = { maxBatchEvents: 10_000, maxPayloadBytes: 256 * 1024 };

export interface SubmitDependencies {
  readonly store: EventStorePort;
  readonly newId: () => EventId;
  readonly limits: SubmitLimits;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** Events older than these rules keep are rejected, because they would be deleted soon after. */
  readonly retention: readonly RetentionRule[];
}

/** Events to submit: an array, or an iterable whose length is known in advance. */
export interface EventInputs extends Iterable<unknown> {
  readonly length: number;
}

/** Greatest number of problems in an error; all problems are counted. */
const MAX_LISTED_PROBLEMS = 20;
const OUTSIDE_RETENTION = 'outside_retention';

/**
 * Validates all events and stores all of them or none. A long list is validated in slices, between which other work can run.
 *
 * @returns the result of each event, in the order of the events
 * @throws BatchTooLargeError, PayloadTooLargeError, InvalidEventError, OutsideRetentionError or EventIdConflictError (if
 * several apply, the first in this list), or the store's StoreUnavailableError, StoreFullError or StoreTimeoutError
 */
export async function submitEvents(
  { store, newId, limits, clock, retention }: SubmitDependencies,
  inputs: EventInputs,
): Promise<readonly AppendResult[]> {
  if (inputs.length > limits.maxBatchEvents)
    throw createBatchTooLargeError({ events: inputs.length, maxEvents: limits.maxBatchEvents });

  const events: Event[] = [];
  const problems = collectProblems();
  const slice = beginTimeSlice();
  const now = clock();
  let index = 0;
  for (const input of inputs) {
    const parsed = parseNewEvent(input, limits);
    if ('event' in parsed) {
      const { id = newId(), event_type, timestamp, payload } = parsed.event;
      const event = Object.freeze({ id, event_type, timestamp, payload });
      const expired = expiryProblem(event, retention, now);
      if (expired) problems.add(index, [expired]);
      else events.push(event);
    } else if ('problems' in parsed) {
      problems.add(index, parsed.problems);
    } else {
      throw createPayloadTooLargeError({ index, bytes: parsed.payloadBytes, maxBytes: limits.maxPayloadBytes });
    }
    index++;
    if (slice.isOver()) await slice.next();
  }
  problems.throwIfAny(index);
  const results = await appendBatch(store, events);
  if (results.length !== events.length) throw new Error('the store did not report a result for each event');
  return results;
}

function expiryProblem(
  { event_type, timestamp }: Event,
  retention: readonly RetentionRule[],
  now: number,
): Omit<EventProblem, 'index'> | undefined {
  const rule = findRule(event_type, retention);
  if (!rule || epochNanosecondsOf(timestamp) >= getRetentionStart(rule, now)) return undefined;
  const days = rule.days === 1 ? '1 day' : `${rule.days} days`;
  return { pointer: '/timestamp', code: OUTSIDE_RETENTION, detail: `events of this type are kept for ${days}` };
}

/** Keeps the first problems and counts all, so that the error of many invalid events stays small. */
function collectProblems() {
  const listed: EventProblem[] = [];
  let problemCount = 0;
  let invalidEventCount = 0;
  let areAllExpired = true;
  return {
    add(index: number, found: readonly Omit<EventProblem, 'index'>[]): void {
      problemCount += found.length;
      invalidEventCount++;
      areAllExpired &&= found.every(({ code }) => code === OUTSIDE_RETENTION);
      for (const problem of found.slice(0, MAX_LISTED_PROBLEMS - listed.length)) listed.push({ index, ...problem });
    },
    throwIfAny(eventCount: number): void {
      if (problemCount === 0) return;
      const create = areAllExpired ? createOutsideRetentionError : createInvalidEventError;
      throw create({ problems: listed, problemCount, invalidEventCount, eventCount });
    },
  };
}

import { createBatchTooLargeError, createPayloadTooLargeError } from '../errors.ts';
import type { Event, EventId } from '../event/event.ts';
import { type EventLimits, type NewEventProblem, parseNewEvent } from '../event/parse-event.ts';
import { isPlainObject } from '../event/plain-object.ts';
import { isQuarantineType } from '../event/quarantine-prefix.ts';
import type { RetentionRule } from '../retention/retention-rule.ts';
import { beginTimeSlice } from '../runtime/event-loop.ts';
import { isQuarantined } from '../schema/quarantine-record.ts';
import type { SchemaMode, SchemaOptions, SchemaViolation } from '../schema/schema-check.ts';
import { isUnreadableInput } from '../schema/unreadable-input.ts';
import { appendBatch } from '../store/append-batch.ts';
import type { AppendResult, EventStorePort } from '../store/event-store-port.ts';
import { collectEventProblems } from './event-problems.ts';
import { findExpiry } from './find-expiry.ts';
import type { Quarantine } from './quarantine.ts';

/** Limits of one call. */
export interface SubmitLimits extends EventLimits {
  /** Greatest number of events in one call. */
  readonly maxBatchEvents: number;
}

/** The default limits of a tracker. */
export const DEFAULT_LIMITS: SubmitLimits = { maxBatchEvents: 10_000, maxPayloadBytes: 256 * 1024 };

/** Protocol of events that were submitted as such. */
const DEFAULT_PROTOCOL = 'event-tracker';

export interface SubmitDependencies {
  readonly store: EventStorePort;
  readonly newId: () => EventId;
  readonly limits: SubmitLimits;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** Events older than these rules keep are rejected, because they would be deleted soon after. */
  readonly retention: readonly RetentionRule[];
  /** Default: no schemas. */
  readonly schemas?: SchemaOptions | undefined;
  /** Without it, there is no quarantine: an event that would be quarantined is rejected. */
  readonly quarantine?: Quarantine | undefined;
}

/** Events to submit: an array, or an iterable whose length is known in advance. */
export interface EventInputs<Input = unknown> extends Iterable<Input> {
  readonly length: number;
  /** Returns the text of an event, for the quarantine of an event that cannot be stored as JSON. */
  textOf?(index: number): string;
}

/** Options of a submission. */
export interface SubmitOptions {
  /**
   * `lenient` quarantines every invalid event instead of rejecting the call, except those of a reserved type; `strict` rejects the
   * call where a schema asks for quarantine. Default: the mode of each schema applies, and other invalid events are rejected.
   */
  readonly handling?: 'lenient' | 'strict' | undefined;
  /** Name of the protocol by which the events arrived, for quarantined events. Default: `event-tracker` */
  readonly protocol?: string | undefined;
}

/**
 * Validates all events and stores all of them or none. A long list is validated in slices, between which other work can run.
 *
 * Quarantined events are stored in the same call of the store as the others; the result of each has the quarantine record.
 *
 * @returns the result of each event, in the order of the events
 * @throws BatchTooLargeError, PayloadTooLargeError, InvalidEventError, OutsideRetentionError, SchemaViolationError or
 * EventIdConflictError (if several apply, the first in this list), or the store's StoreUnavailableError, StoreFullError or
 * StoreTimeoutError
 */
export async function submitEvents(
  { store, newId, limits, clock, retention, schemas, quarantine }: SubmitDependencies,
  inputs: EventInputs,
  { handling, protocol = DEFAULT_PROTOCOL }: SubmitOptions = {},
): Promise<readonly AppendResult[]> {
  if (inputs.length > limits.maxBatchEvents)
    throw createBatchTooLargeError({ events: inputs.length, maxEvents: limits.maxBatchEvents });

  const events: Event[] = [];
  const problems = collectEventProblems();
  const slice = beginTimeSlice();
  const now = clock();
  let index = 0;
  const reject = (input: unknown, found: readonly NewEventProblem[], mode?: SchemaMode): void => {
    const sent = describeSent(input);
    const isHeld =
      (handling === 'lenient' || (mode === 'quarantine' && handling !== 'strict')) &&
      !(protocol === DEFAULT_PROTOCOL && isReserved(sent));
    const record = isHeld
      ? quarantine?.record(
          { ...sent, problems: found, text: inputs.textOf?.(index) },
          { protocol, receivedAt: now, maxPayloadBytes: limits.maxPayloadBytes },
        )
      : undefined;
    if (record) events.push(record);
    else problems.add(index, found);
  };
  for (const input of inputs) {
    if (slice.isOver()) await slice.next();
    const parsed = parseNewEvent(input, limits);
    if ('event' in parsed) {
      const { id = newId(), event_type, timestamp, payload } = parsed.event;
      const event = Object.freeze({ id, event_type, timestamp, payload });
      const expired = findExpiry(event, retention, now);
      const violation = schemas && !expired ? await checkSchema(schemas, event) : undefined;
      if (expired) reject(input, [expired]);
      else if (violation && violation.mode !== 'warn') reject(input, violation.problems, violation.mode);
      else events.push(event);
    } else if ('problems' in parsed) {
      reject(input, isUnreadableInput(input) ? input.problems : parsed.problems);
    } else {
      throw createPayloadTooLargeError({ index, bytes: parsed.payloadBytes, maxBytes: limits.maxPayloadBytes });
    }
    index++;
  }
  problems.throwIfAny(index);
  const results = await (quarantine && events.some(isQuarantined) ? quarantine.append : appendBatch)(store, events);
  if (results.length !== events.length) throw new Error('the store did not report a result for each event');
  return results;
}

async function checkSchema(
  { check, onViolation }: SchemaOptions,
  { event_type, payload }: Event,
): Promise<SchemaViolation | undefined> {
  const violation = await check(event_type, payload);
  if (violation) onViolation?.(event_type, violation);
  return violation;
}

/** What was sent in place of an event, and the type that it claims to have. */
interface Sent {
  readonly sent: unknown;
  readonly eventType: unknown;
}

function describeSent(input: unknown): Sent {
  if (isUnreadableInput(input)) return { sent: input.sent, eventType: input.event_type };
  return { sent: input, eventType: isPlainObject(input) ? input.event_type : undefined };
}

/**
 * True if an event claims a reserved type. It is refused and never quarantined, because it usually comes from an export and would
 * become the record of a record. Other protocols do not know the prefix, so there it is a type like any other that is invalid.
 */
function isReserved({ eventType }: Sent): boolean {
  return typeof eventType === 'string' && isQuarantineType(eventType);
}

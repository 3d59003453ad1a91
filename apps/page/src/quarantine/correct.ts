import {
  type Event,
  isEventIdConflictError,
  isInvalidEventError,
  isOutsideRetentionError,
  isSchemaViolationError,
  type JsonValue,
} from '@event-tracker/core';
import { parseExactJson, replayedIdOf } from '@event-tracker/core/schemas';
import { describeError, type Failure } from '../server/describe-error.ts';
import { createWriter } from '../server/writer.ts';
import type { RecordProblem } from '../table/problems.ts';
import { findSyntaxProblem, type SyntaxProblem } from './json-places.ts';

/** What became of a quarantined event. */
export type Outcome =
  /** The event is stored, and its record is deleted. */
  | { readonly kind: 'stored'; readonly id: string }
  /** The event is stored, but its record could not be deleted, which does no harm. */
  | { readonly kind: 'record remains'; readonly id: string; readonly failure: Failure }
  /** The event is not stored. */
  | { readonly kind: 'not JSON'; readonly problem: SyntaxProblem }
  | { readonly kind: 'still invalid'; readonly problems: readonly RecordProblem[] }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** What a replay requires. */
export const REPLAY = { action: 'replay events', scope: 'admin' } as const;

const OTHER_EVENT: Failure = {
  sentence: 'another event with this id and other content is stored. Change the id, or delete the other event.',
  remedy: 'retry',
};

/** Returns the text of the event that a record holds, with the id under which it will be stored. */
export function heldText(record: Event): string {
  const { event, text } = record.payload;
  if (event === undefined) return typeof text === 'string' ? text : '';
  return JSON.stringify(withId(event, record), undefined, 2);
}

/** Returns an event without an id with the one that a replay would give it, so that it is stored once, however often it is sent. */
function withId(event: JsonValue, record: Event): JsonValue {
  const isWithoutId = typeof event === 'object' && event !== null && !Array.isArray(event) && !('id' in event);
  return isWithoutId ? { id: replayedIdOf(record), ...event } : event;
}

/**
 * Stores an event, and then deletes the quarantine record that held it. Can be repeated after a failure: the event keeps its id,
 * so it is stored once.
 */
export async function storeHeld(record: Event, text: string): Promise<Outcome> {
  const parsed = parse(text);
  if ('problem' in parsed) return { kind: 'not JSON', problem: parsed.problem };
  const writer = createWriter();
  let id: string;
  try {
    // Fails if the key cannot delete the record: then nothing is stored either.
    const { event_type, timestamp } = record;
    await writer.deleteAll({ event_type, start: timestamp, end: timestamp }, { dryRun: true });
    // The client checks the value as core does.
    ({ id } = await writer.submit(withId(parsed.value, record) as unknown as Event, { handling: 'strict' }));
  } catch (error) {
    if (isInvalidEventError(error) || isSchemaViolationError(error) || isOutsideRetentionError(error))
      return { kind: 'still invalid', problems: error.problems };
    if (isEventIdConflictError(error)) return { kind: 'failed', failure: OTHER_EVENT };
    return { kind: 'failed', failure: describeError(error, REPLAY) };
  }
  return deleteRecord(record, id);
}

/** Deletes the record of an event that is stored. */
export async function deleteRecord(record: Event, id: string): Promise<Outcome> {
  try {
    await createWriter().delete(record.id);
    return { kind: 'stored', id };
  } catch (error) {
    return { kind: 'record remains', id, failure: describeError(error, REPLAY) };
  }
}

function parse(text: string): { readonly value: JsonValue } | { readonly problem: SyntaxProblem } {
  try {
    return { value: parseExactJson(text) as JsonValue }; // or with marks of numbers that no double holds, which are refused
  } catch (error) {
    const unknownPlace = { start: 0, end: 0, line: 1, column: 1, detail: String(error) };
    return { problem: findSyntaxProblem(text) ?? unknownPlace };
  }
}

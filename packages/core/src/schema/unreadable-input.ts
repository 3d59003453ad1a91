import type { NewEventProblem } from '../event/parse-event.ts';

const UNREADABLE: unique symbol = Symbol('unreadable');

/**
 * Represents something that was sent as an event, but that the caller cannot translate into one, such as text that is not JSON.
 * It is submitted in place of the event, and is rejected or quarantined with these problems.
 */
export interface UnreadableInput {
  readonly [UNREADABLE]: true;
  readonly problems: readonly NewEventProblem[];
  /** The event type, if known. */
  readonly event_type: string | undefined;
  /** What was sent, if it is JSON. Otherwise, `textOf` of the inputs returns the text. */
  readonly sent: unknown;
}

/** Creates an input that represents an unreadable event. */
export function createUnreadableInput({
  problems,
  event_type,
  sent,
}: {
  readonly problems: readonly NewEventProblem[];
  readonly event_type?: string | undefined;
  readonly sent?: unknown;
}): UnreadableInput {
  return { [UNREADABLE]: true, problems, event_type, sent };
}

export function isUnreadableInput(input: unknown): input is UnreadableInput {
  return typeof input === 'object' && input !== null && UNREADABLE in input;
}

import type { EventId } from './event/event.ts';
import { shorten } from './event/text.ts';

/*
 * Every error that the tracker throws deliberately is an Error with a stable `code`, which a shell maps to a response. Each
 * error has an interface, a factory for adapters and use cases, and a guard for callers.
 */
interface CodedError<Code extends string> extends Error {
  readonly code: Code;
}

/** One problem of a submitted event. */
export interface EventProblem {
  /** Position of the event in the call, from 0. */
  readonly index: number;
  /** Place in the event: a JSON Pointer (RFC 6901). Names over 100 characters are shortened. */
  readonly pointer: string;
  readonly code: string;
  /** What was expected. Never contains the value itself. */
  readonly detail: string;
  /** The keyword of a schema that the event does not meet, e.g. `required`. */
  readonly keyword?: string;
  /** The schema that has this keyword, e.g. the name of its file. */
  readonly schema?: string;
}

/** Problems of the events of one call. */
export interface EventProblems {
  /** The first 20 problems at most. */
  readonly problems: readonly EventProblem[];
  readonly problemCount: number;
  readonly invalidEventCount: number;
  readonly eventCount: number;
}

/** The call contains invalid events; none of its events is stored. */
export interface InvalidEventError extends CodedError<'invalid_event'>, EventProblems {}

/** The call contains valid events that are older than their retention rule keeps; none of its events is stored. */
export interface OutsideRetentionError extends CodedError<'outside_retention'>, EventProblems {}

/** The call contains events that do not match the schemas of their types; none of its events is stored. */
export interface SchemaViolationError extends CodedError<'schema_violation'>, EventProblems {}

/** The JSON of a payload, or of an event as a whole, has more bytes than allowed. */
export interface PayloadTooLargeError extends CodedError<'payload_too_large'> {
  readonly index: number;
  /** What was measured: the payload, or the event as a whole if it was rejected before parsing. */
  readonly pointer: '/payload' | '';
  /** Exact up to four times the limit; above that, a lower bound. */
  readonly bytes: number;
  readonly maxBytes: number;
}

/** The call contains more events than allowed. */
export interface BatchTooLargeError extends CodedError<'batch_too_large'> {
  readonly events: number;
  readonly maxEvents: number;
}

/** One problem of a query. */
export interface QueryProblem {
  /** Name of the parameter, e.g. `start`. Names over 100 characters are shortened. */
  readonly parameter: string;
  readonly code: string;
  readonly detail: string;
}

/** The query has unknown or invalid parameters. */
export interface InvalidQueryError extends CodedError<'invalid_query'> {
  readonly problems: readonly QueryProblem[];
}

/** The cursor is damaged, or belongs to a query with other filters or another order. */
export interface InvalidCursorError extends CodedError<'invalid_cursor'> {}

/** The result of a statistics query is too large, or needs more memory than a process should use. */
export interface TooManyCellsError extends CodedError<'too_many_cells'> {
  readonly maxCells: number;
}

/** The call has no filter and would delete all events. */
export interface FilterRequiredError extends CodedError<'filter_required'> {}

/** The id is not a UUID. */
export interface InvalidIdError extends CodedError<'invalid_id'> {}

/** The ids belong to events with other content, stored or in the same call; none of the call's events is stored. */
export interface EventIdConflictError extends CodedError<'event_id_conflict'> {
  readonly ids: readonly EventId[];
  /** The events of the call with these ids, by position from 0. Set by `appendBatch`, not by stores. */
  readonly events?: readonly { readonly index: number; readonly id: EventId }[];
}

/** The store cannot be reached or does not work at the moment; the call can be retried. */
export interface StoreUnavailableError extends CodedError<'store_unavailable'> {}

/** The store has reached its limit; none of the call's events is stored, and no stored event was dropped. */
export interface StoreFullError extends CodedError<'store_full'> {}

/** The store did not respond in time. The call may still take effect: retry it with the same ids. */
export interface StoreTimeoutError extends CodedError<'store_timeout'> {}

/** Too many calls are in progress; none of the call's events is stored. Retry the call after `retryAfterMs`. */
export interface OverloadedError extends CodedError<'overloaded'> {
  /** Time to wait before a retry, in milliseconds. */
  readonly retryAfterMs: number;
}

export type EventTrackerError =
  | InvalidEventError
  | OutsideRetentionError
  | SchemaViolationError
  | PayloadTooLargeError
  | BatchTooLargeError
  | InvalidQueryError
  | InvalidCursorError
  | TooManyCellsError
  | FilterRequiredError
  | InvalidIdError
  | EventIdConflictError
  | StoreUnavailableError
  | StoreFullError
  | StoreTimeoutError
  | OverloadedError;

const CODES = [
  'invalid_event',
  'outside_retention',
  'schema_violation',
  'payload_too_large',
  'batch_too_large',
  'invalid_query',
  'invalid_cursor',
  'too_many_cells',
  'filter_required',
  'invalid_id',
  'event_id_conflict',
  'store_unavailable',
  'store_full',
  'store_timeout',
  'overloaded',
] as const satisfies readonly EventTrackerError['code'][];

export type EventTrackerErrorCode = (typeof CODES)[number];

/** Returns the name of an error, such as `InvalidEventError` of `invalid_event`. */
function nameOf(code: EventTrackerErrorCode): string {
  return `${code.replaceAll(/(?:^|_)(.)/g, (_, letter: string) => letter.toUpperCase())}Error`;
}

/** Creates an error from its parts. For errors that another process reported; each other one has a factory below. */
export function createEventTrackerError<Code extends EventTrackerErrorCode, Members extends object>(
  code: Code,
  message: string,
  members: Members,
  options?: ErrorOptions,
): CodedError<Code> & Members {
  return Object.assign(new Error(message, options), { name: nameOf(code), code, ...members });
}

/** Greatest number of ids in a message. */
const MAX_LISTED_IDS = 3;

function listIds(ids: readonly EventId[]): string {
  return ids.slice(0, MAX_LISTED_IDS).join(', ') + more(ids.length - MAX_LISTED_IDS);
}

function more(count: number): string {
  return count > 0 ? `; and ${count} more` : '';
}

/** Returns the first problem with its place. The index of the event is included if the call has several events. */
function describeEventProblems({ problems: [first], problemCount, eventCount }: EventProblems): string {
  if (!first) return eventCount === 0 ? 'expected at least one event' : `${problemCount} problems`;
  const place = [eventCount > 1 ? `event ${first.index}` : '', shorten(first.pointer)].filter(Boolean).join(', ');
  return [place, first.detail].filter(Boolean).join(': ') + more(problemCount - 1);
}

/** The errors that list problems of events. */
export type EventProblemsError = InvalidEventError | OutsideRetentionError | SchemaViolationError;

export function createEventProblemsError<Code extends EventProblemsError['code']>(
  code: Code,
  members: EventProblems,
): CodedError<Code> & EventProblems {
  return createEventTrackerError(code, describeEventProblems(members), members);
}

export function createInvalidEventError(members: EventProblems): InvalidEventError {
  return createEventTrackerError('invalid_event', describeEventProblems(members), members);
}

type PayloadTooLarge = Omit<PayloadTooLargeError, keyof CodedError<never> | 'pointer'> &
  Partial<Pick<PayloadTooLargeError, 'pointer'>>;

/** @param message for shells that measure something other than the payload */
export function createPayloadTooLargeError(
  { index, pointer = '/payload', bytes, maxBytes }: PayloadTooLarge,
  message = `a payload has at least ${bytes} bytes of JSON, at most ${maxBytes} are allowed`,
): PayloadTooLargeError {
  return createEventTrackerError('payload_too_large', message, { index, pointer, bytes, maxBytes });
}

export function createBatchTooLargeError(members: { events: number; maxEvents: number }): BatchTooLargeError {
  return createEventTrackerError(
    'batch_too_large',
    `a call has ${members.events} events, at most ${members.maxEvents} are allowed`,
    members,
  );
}

export function createInvalidQueryError(found: readonly QueryProblem[]): InvalidQueryError {
  const problems = found.map((problem) => ({ ...problem, parameter: shorten(problem.parameter) }));
  const [first] = problems;
  const message = first ? `${first.parameter}: ${first.detail}${more(problems.length - 1)}` : 'invalid query';
  return createEventTrackerError('invalid_query', message, { problems });
}

export function createInvalidCursorError(reason: string): InvalidCursorError {
  return createEventTrackerError('invalid_cursor', reason, {});
}

/**
 * @param what the things of which there are too many, in the plural
 * @param cure what to do, if the caller has better advice than that for the code
 */
export function createTooManyCellsError(what: string, maxCells: number, cure?: string): TooManyCellsError {
  const advice = cure === undefined ? '' : `: ${cure}`;
  return createEventTrackerError('too_many_cells', `${what} are more than ${maxCells}${advice}`, { maxCells });
}

export function createFilterRequiredError(): FilterRequiredError {
  return createEventTrackerError(
    'filter_required',
    'expected at least one filter: event_type, event_type[prefix], start, end, q or payload.PATH',
    {},
  );
}

export function createInvalidIdError(reason: string): InvalidIdError {
  return createEventTrackerError('invalid_id', reason, {});
}

export function createEventIdConflictError(
  ids: readonly EventId[],
  events?: EventIdConflictError['events'],
): EventIdConflictError {
  return createEventTrackerError(
    'event_id_conflict',
    `these ids belong to events with other content: ${listIds(ids)}`,
    events ? { ids, events } : { ids },
  );
}

export function createStoreUnavailableError(message: string, options?: ErrorOptions): StoreUnavailableError {
  return createEventTrackerError('store_unavailable', message, {}, options);
}

export function createStoreFullError(message: string, options?: ErrorOptions): StoreFullError {
  return createEventTrackerError('store_full', message, {}, options);
}

export function createOverloadedError(message: string, members: { retryAfterMs: number }): OverloadedError {
  return createEventTrackerError('overloaded', message, members);
}

export function createStoreTimeoutError(message: string, options?: ErrorOptions): StoreTimeoutError {
  return createEventTrackerError('store_timeout', message, {}, options);
}

export function isEventTrackerErrorCode(text: string): text is EventTrackerErrorCode {
  return (CODES as readonly string[]).includes(text);
}

/** True if the tracker threw this error deliberately; `code` then identifies it. */
export function isEventTrackerError(error: unknown): error is EventTrackerError {
  return (
    error instanceof Error && 'code' in error && typeof error.code === 'string' && isEventTrackerErrorCode(error.code)
  );
}

type Guard<E extends EventTrackerError> = (error: unknown) => error is E;

function guard<E extends EventTrackerError>(code: E['code']): Guard<E> {
  return (error): error is E => isEventTrackerError(error) && error.code === code;
}

export const isInvalidEventError: Guard<InvalidEventError> = guard('invalid_event');
export const isOutsideRetentionError: Guard<OutsideRetentionError> = guard('outside_retention');
export const isSchemaViolationError: Guard<SchemaViolationError> = guard('schema_violation');
export const isPayloadTooLargeError: Guard<PayloadTooLargeError> = guard('payload_too_large');
export const isBatchTooLargeError: Guard<BatchTooLargeError> = guard('batch_too_large');
export const isInvalidQueryError: Guard<InvalidQueryError> = guard('invalid_query');
export const isInvalidCursorError: Guard<InvalidCursorError> = guard('invalid_cursor');
export const isTooManyCellsError: Guard<TooManyCellsError> = guard('too_many_cells');
export const isFilterRequiredError: Guard<FilterRequiredError> = guard('filter_required');
export const isInvalidIdError: Guard<InvalidIdError> = guard('invalid_id');
export const isEventIdConflictError: Guard<EventIdConflictError> = guard('event_id_conflict');
export const isStoreUnavailableError: Guard<StoreUnavailableError> = guard('store_unavailable');
export const isStoreFullError: Guard<StoreFullError> = guard('store_full');
export const isOverloadedError: Guard<OverloadedError> = guard('overloaded');
export const isStoreTimeoutError: Guard<StoreTimeoutError> = guard('store_timeout');

import type { EventTrackerError } from '@event-tracker/core';
import {
  createEventTrackerError,
  type EventProblem,
  type EventTrackerErrorCode,
  isEventTrackerErrorCode,
  type QueryProblem,
} from '@event-tracker/core/schemas';
import * as v from 'valibot';
import { createRequestError, type RequestError } from './request-error.ts';
import { isRequestErrorCode, type RequestErrorCode } from './request-error-codes.ts';

const number = v.exactOptional(v.number());
const text = v.exactOptional(v.string());

/** The members of a problem document that errors are made of. Ignores further members, which a later version may have. */
const ReceivedProblemSchema = v.object({
  code: v.custom<EventTrackerErrorCode | RequestErrorCode>(isKnownCode),
  detail: v.string(),
  request_id: text,
  error_count: number,
  limit: number,
  actual: number,
  errors: v.exactOptional(
    v.array(
      v.object({
        index: number,
        line: number,
        pointer: text,
        parameter: text,
        code: v.string(),
        detail: v.string(),
        keyword: text,
        schema: text,
      }),
    ),
  ),
});

/** A problem document as a client received it. */
export type ReceivedProblem = v.InferOutput<typeof ReceivedProblemSchema>;

/** What problem documents do not contain. */
export interface ProblemContext {
  /** The ids of the events of the request, in its order; undefined for an event without one. */
  readonly ids?: readonly (string | undefined)[];
  /** Value of the header field `Retry-After` in milliseconds. */
  readonly retryAfterMs?: number | undefined;
}

/** The `cause` of an error that a server reported. */
export interface ReportedProblem {
  readonly problem: ReceivedProblem;
  readonly retryAfterMs: number | undefined;
}

/** Parses a problem document; undefined if the value is none, or has a code that this version does not know. */
export function parseProblem(value: unknown): ReceivedProblem | undefined {
  const parsed = v.safeParse(ReceivedProblemSchema, value);
  return parsed.success ? parsed.output : undefined;
}

/**
 * Creates the error that a problem document describes: the inverse of `toProblem`, with the same code and members. Its `cause` is
 * a {@link ReportedProblem}.
 */
export function toError(problem: ReceivedProblem, context: ProblemContext = {}): EventTrackerError | RequestError {
  const { code, detail } = problem;
  const cause: ReportedProblem = { problem, retryAfterMs: context.retryAfterMs };
  if (isEventTrackerErrorCode(code)) return toEventTrackerError(code, problem, context, { cause });
  return createRequestError(code, detail, { cause });
}

function isKnownCode(value: unknown): boolean {
  return typeof value === 'string' && (isEventTrackerErrorCode(value) || isRequestErrorCode(value));
}

function toEventTrackerError(
  code: EventTrackerErrorCode,
  problem: ReceivedProblem,
  { ids = [], retryAfterMs = DEFAULT_RETRY_AFTER_MS }: ProblemContext,
  options: ErrorOptions,
): EventTrackerError {
  const { detail, errors = [], error_count = errors.length, limit = Number.NaN, actual = Number.NaN } = problem;
  const [{ index = 0, pointer = '' } = {}] = errors;
  switch (code) {
    case 'invalid_event':
    case 'outside_retention':
    case 'schema_violation': {
      const problems = errors.map(toEventProblem);
      // Those that the document does not list count as one event each.
      const invalidEventCount = new Set(problems.map((one) => one.index)).size + error_count - errors.length;
      const members = { problems, problemCount: error_count, invalidEventCount, eventCount: ids.length };
      return createEventTrackerError(code, detail, members, options);
    }
    case 'payload_too_large': {
      const members = { index, pointer: pointer === '' ? '' : '/payload', bytes: actual, maxBytes: limit } as const;
      return createEventTrackerError(code, detail, members, options);
    }
    case 'batch_too_large':
      return createEventTrackerError(code, detail, { events: actual, maxEvents: limit }, options);
    case 'invalid_query':
      return createEventTrackerError(code, detail, { problems: errors.map(toQueryProblem) }, options);
    case 'too_many_cells':
      return createEventTrackerError(code, detail, { maxCells: limit }, options);
    case 'event_id_conflict': {
      const events = errors.flatMap(({ index = 0 }) => {
        const id = ids[index];
        return id === undefined ? [] : [{ index, id }];
      });
      return createEventTrackerError(code, detail, { ids: [...new Set(events.map(({ id }) => id))], events }, options);
    }
    case 'overloaded':
      return createEventTrackerError(code, detail, { retryAfterMs }, options);
    default:
      return createEventTrackerError(code, detail, {}, options);
  }
}

/** The server always states a time; a proxy may drop the field. */
const DEFAULT_RETRY_AFTER_MS = 1_000;

type ReceivedItem = NonNullable<ReceivedProblem['errors']>[number];

function toEventProblem({ index = 0, pointer = '', parameter, line, ...members }: ReceivedItem): EventProblem {
  return { index, pointer, ...members };
}

function toQueryProblem({ parameter = '', code, detail }: ReceivedItem): QueryProblem {
  return { parameter, code, detail };
}

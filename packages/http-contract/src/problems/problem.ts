import {
  type EventTrackerError,
  isEventTrackerError,
  isStoreFullError,
  isStoreTimeoutError,
  isStoreUnavailableError,
} from '@event-tracker/core';
import { shorten } from '@event-tracker/core/schemas';
import { type EventPlace, MAX_LISTED_PROBLEMS, type ProblemDocument, type ProblemItem } from './problem-document.ts';
import { PROBLEMS, type ProblemCode } from './problem-kinds.ts';
import { isRequestError } from './request-error.ts';

/** The parts of a problem document that its code does not determine. */
export interface Problem {
  readonly code: ProblemCode;
  readonly detail: string;
  /** Each problem with its place in the request. */
  readonly errors?: readonly ProblemItem[] | undefined;
  /** The number of problems, where it is more than `errors` lists. */
  readonly errorCount?: number | undefined;
  /** The limit that the request exceeds, and what it has instead. */
  readonly limit?: number | undefined;
  readonly actual?: number | undefined;
  /** Header fields of the response. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** Returns the place of an event in the request body. */
export type PlaceOf = (index: number) => EventPlace;

/** Maximum length of the list of problems as JSON, unless its first problem alone is longer. */
const MAX_ERRORS_LENGTH = 5_000;
/** Maximum length of a pointer; longer ones are cut. */
const MAX_POINTER_LENGTH = 300;

/**
 * Maps an error to the problem that clients receive. An unexpected error is a defect, and its message is not shown.
 */
export function toProblem(error: unknown, placeOf: PlaceOf = () => ({})): Problem {
  if (isRequestError(error))
    return { code: error.code, detail: error.message, errors: error.errors, headers: error.headers };
  if (isStoreFailure(error)) return { code: error.code, detail: PROBLEMS[error.code].cause };
  if (isEventTrackerError(error))
    return { code: error.code, detail: error.message, headers: headersOf(error), ...partsOf(error, placeOf) };
  return {
    code: 'internal',
    detail: 'The tracker failed because of a defect; the request id identifies the log line.',
  };
}

function headersOf(error: EventTrackerError): Problem['headers'] {
  return error.code === 'overloaded' ? { 'Retry-After': String(Math.ceil(error.retryAfterMs / 1_000)) } : undefined;
}

/** An error whose message comes from a store, and can name an address, a path or a user: it belongs in the log. */
type StoreFailure = Extract<EventTrackerError, { code: 'store_unavailable' | 'store_full' | 'store_timeout' }>;

/** True for a {@link StoreFailure}. */
export function isStoreFailure(error: unknown): error is StoreFailure {
  return isStoreUnavailableError(error) || isStoreFullError(error) || isStoreTimeoutError(error);
}

type ProblemParts = Pick<Problem, 'errors' | 'errorCount' | 'limit' | 'actual'>;

function partsOf(error: EventTrackerError, placeOf: PlaceOf): ProblemParts {
  switch (error.code) {
    case 'invalid_event':
    case 'outside_retention':
    case 'schema_violation': {
      if (error.problemCount === 0) return {}; // there was no event at all
      const errors = error.problems.map(({ index, pointer, ...problem }) => ({
        ...placeOf(index),
        pointer: shorten(pointer, MAX_POINTER_LENGTH),
        ...problem,
      }));
      return { errors, errorCount: error.problemCount };
    }
    case 'payload_too_large': {
      const { index, pointer, code, message, bytes, maxBytes } = error;
      return { limit: maxBytes, actual: bytes, errors: [{ ...placeOf(index), pointer, code, detail: message }] };
    }
    case 'batch_too_large':
      return { limit: error.maxEvents, actual: error.events };
    case 'too_many_cells':
      return { limit: error.maxCells };
    case 'invalid_query':
      return { errors: error.problems };
    case 'event_id_conflict':
      return {
        errors: error.events?.map(({ index, id }) => ({
          ...placeOf(index),
          pointer: '/id',
          code: error.code,
          detail: `${id} belongs to an event with other content`,
        })),
      };
    default:
      return {};
  }
}

/**
 * Creates the problem document (RFC 9457) of a problem.
 *
 * @param basePath path that precedes `/problems`
 */
export function createProblemDocument(
  { code, detail, errors, errorCount = errors?.length, limit, actual }: Problem,
  requestId: string,
  basePath: string,
): ProblemDocument {
  const { status, title } = PROBLEMS[code];
  return {
    type: problemTypeOf(code, basePath),
    title,
    status,
    code,
    detail,
    request_id: requestId,
    ...(errorCount !== undefined && { error_count: errorCount }),
    ...(limit !== undefined && { limit }),
    ...(actual !== undefined && { actual }),
    ...(errors && { errors: firstOf(errors) }),
  };
}

/** Returns the `type` of a problem document: the URL of its cause and its cure. */
export function problemTypeOf(code: ProblemCode, basePath: string): string {
  return `${basePath}/problems/${code}`;
}

/** Returns the first problems, so that a request with many problems gets a short response. */
function firstOf(errors: readonly ProblemItem[]): ProblemItem[] {
  let length = 0;
  const isOver = (error: ProblemItem): boolean => {
    length += JSON.stringify(error).length;
    return length > MAX_ERRORS_LENGTH;
  };
  const first = errors.slice(0, MAX_LISTED_PROBLEMS);
  const end = first.findIndex(isOver);
  return end === -1 ? first : first.slice(0, Math.max(end, 1));
}

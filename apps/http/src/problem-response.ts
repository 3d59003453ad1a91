import { type EventTrackerError, isEventTrackerError } from '@event-tracker/core';
import { jsonLine } from './answer/json-line.ts';
import type { Place } from './body/parse-json.ts';
import { PROBLEMS, type ProblemCode } from './problem-details.ts';
import { isRequestError } from './request-error.ts';

/** What a problem document says beyond what its code says. */
export interface Problem {
  readonly code: ProblemCode;
  readonly detail: string;
  /** Each problem with its place in the request. */
  readonly errors?: readonly object[] | undefined;
  /** How many problems there are, where more than `errors` lists. */
  readonly errorCount?: number | undefined;
  readonly headers?: Record<string, string> | undefined;
}

/** A problem as it goes over the wire. */
export interface RenderedProblem {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** Problems that a document lists; the others are only counted. */
const MAX_LISTED_ERRORS = 20;
/** Characters of JSON that the list may have, unless its first problem alone has more. */
const MAX_ERRORS_LENGTH = 5_000;
/** A pointer through thirty levels of long names helps nobody. */
const MAX_POINTER_LENGTH = 300;
/** How long a client waits before it tries again, where nothing better is known. */
const RETRY_AFTER_SECONDS = '1';

/**
 * What an error says to the client. What was not thrown on purpose is a defect, whose message stays here.
 *
 * @param placeOf where in the body an event stands
 */
export function toProblem(error: unknown, placeOf: (index: number) => Place = () => ({})): Problem {
  if (isRequestError(error))
    return { code: error.code, detail: error.message, errors: error.errors, headers: error.headers };
  if (isEventTrackerError(error)) return { code: error.code, detail: error.message, ...problemsOf(error, placeOf) };
  return {
    code: 'internal',
    detail: 'The tracker failed in a way that it should not; the request id helps to find out why.',
  };
}

function problemsOf(
  error: EventTrackerError,
  placeOf: (index: number) => Place,
): Pick<Problem, 'errors' | 'errorCount'> {
  switch (error.code) {
    case 'invalid_event':
    case 'outside_retention':
      return {
        errors: error.problems.map(({ index, pointer, ...problem }) => ({
          ...placeOf(index),
          pointer: shorten(pointer),
          ...problem,
        })),
        errorCount: error.problemCount,
      };
    case 'payload_too_large':
      return { errors: [{ ...placeOf(error.index), pointer: '/payload', code: error.code, detail: error.message }] };
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
 * Status, header fields and body of a problem document (RFC 9457).
 *
 * @param basePath path under which `/problems` stands
 */
export function renderProblem(
  { code, detail, errors, errorCount = errors?.length, headers }: Problem,
  requestId: string,
  basePath: string,
): RenderedProblem {
  const { status, title } = PROBLEMS[code];
  const document = {
    type: `${basePath}/problems/${code}`,
    title,
    status,
    code,
    detail,
    request_id: requestId,
    error_count: errorCount,
    errors: errors && firstOf(errors),
  };
  return {
    status,
    headers: {
      'Content-Type': 'application/problem+json',
      ...(status === 503 ? { 'Retry-After': RETRY_AFTER_SECONDS } : {}),
      ...headers,
    },
    body: jsonLine(document),
  };
}

/** The first problems: so many that a request full of mistakes is answered in few words. */
function firstOf(errors: readonly object[]): readonly object[] {
  let length = 0;
  const isOver = (error: object): boolean => {
    length += JSON.stringify(error).length;
    return length > MAX_ERRORS_LENGTH;
  };
  const first = errors.slice(0, MAX_LISTED_ERRORS);
  const end = first.findIndex(isOver);
  return end === -1 ? first : first.slice(0, Math.max(end, 1));
}

function shorten(pointer: string): string {
  return pointer.length <= MAX_POINTER_LENGTH ? pointer : `${pointer.slice(0, MAX_POINTER_LENGTH).toWellFormed()}…`;
}

import { type EventTrackerError, isEventTrackerError } from '@event-tracker/core';
import { type EventPlace, MAX_LISTED_PROBLEMS, type ProblemDocument, type ProblemItem } from './problem-document.ts';
import { PROBLEMS, type ProblemCode } from './problem-kinds.ts';
import { isRequestError } from './request-error.ts';

/** What a problem document says beyond what its code says. */
export interface Problem {
  readonly code: ProblemCode;
  readonly detail: string;
  /** Each problem with its place in the request. */
  readonly errors?: readonly ProblemItem[] | undefined;
  /** The number of problems, where it is more than `errors` lists. */
  readonly errorCount?: number | undefined;
  /** Header fields of the response. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** Returns where in the request body an event stands. */
export type PlaceOf = (index: number) => EventPlace;

/** Characters of JSON that the list of problems can have, unless its first problem alone has more. */
const MAX_ERRORS_LENGTH = 5_000;
/** A pointer through thirty levels of long names helps nobody. */
const MAX_POINTER_LENGTH = 300;

/**
 * Returns what an error says to the client. An error that was not thrown on purpose is a defect, whose message is not
 * shown.
 */
export function toProblem(error: unknown, placeOf: PlaceOf = () => ({})): Problem {
  if (isRequestError(error))
    return { code: error.code, detail: error.message, errors: error.errors, headers: error.headers };
  if (isEventTrackerError(error))
    return { code: error.code, detail: error.message, headers: headersOf(error), ...itemsOf(error, placeOf) };
  return {
    code: 'internal',
    detail: 'The tracker failed in a way that it should not; the request id helps to find out why.',
  };
}

function headersOf(error: EventTrackerError): Problem['headers'] {
  return error.code === 'overloaded' ? { 'Retry-After': String(Math.ceil(error.retryAfterMs / 1_000)) } : undefined;
}

function itemsOf(error: EventTrackerError, placeOf: PlaceOf): Pick<Problem, 'errors' | 'errorCount'> {
  switch (error.code) {
    case 'invalid_event':
    case 'outside_retention': {
      if (error.problemCount === 0) return {}; // there was no event at all
      const errors = error.problems.map(({ index, pointer, code, detail }) => ({
        ...placeOf(index),
        pointer: shorten(pointer),
        code,
        detail,
      }));
      return { errors, errorCount: error.problemCount };
    }
    case 'payload_too_large': {
      const { index, pointer, code, message } = error;
      return { errors: [{ ...placeOf(index), pointer, code, detail: message }] };
    }
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
 * Makes the problem document (RFC 9457) of a problem.
 *
 * @param basePath path under which `/problems` stands
 */
export function createProblemDocument(
  { code, detail, errors, errorCount = errors?.length }: Problem,
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
    ...(errors && { errors: firstOf(errors) }),
  };
}

/** The `type` of a problem document: where its cause and its cure can be read. */
export function problemTypeOf(code: ProblemCode, basePath: string): string {
  return `${basePath}/problems/${code}`;
}

/** The first problems: few enough that a request full of mistakes gets a short response. */
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

function shorten(pointer: string): string {
  return pointer.length <= MAX_POINTER_LENGTH ? pointer : `${pointer.slice(0, MAX_POINTER_LENGTH).toWellFormed()}…`;
}

import { isOverloadedError, isStoreFullError, isStoreTimeoutError, isStoreUnavailableError } from '@event-tracker/core';
import { createStoreTimeoutError, createStoreUnavailableError } from '@event-tracker/core/store';
import { isRequestError, type ReportedProblem } from '@event-tracker/http-contract';

/** The response does not come from an event tracker: `url` is wrong, or a proxy responded in its place. */
export interface UnexpectedResponseError extends Error {
  readonly code: 'unexpected_response';
  readonly status: number;
}

export function createUnexpectedResponseError(message: string, status: number): UnexpectedResponseError {
  return Object.assign(new Error(message), {
    name: 'UnexpectedResponseError',
    code: 'unexpected_response',
    status,
  } as const);
}

export function isUnexpectedResponseError(error: unknown): error is UnexpectedResponseError {
  return error instanceof Error && 'code' in error && error.code === 'unexpected_response';
}

/** Creates the error of a request that did not reach the server, or whose response did not arrive completely. */
export function createUnreachableError(request: string, cause: unknown): Error {
  const reason = describeFetchError(cause);
  return createStoreUnavailableError(`${request}: the server cannot be reached, or the connection broke: ${reason}`, {
    cause,
  });
}

/**
 * Returns the reason of a failed `fetch`, such as `connect ECONNREFUSED 127.0.0.1:8080`. Node has it in a cause of the error; the
 * error itself has only "fetch failed".
 */
export function describeFetchError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause instanceof Error) return describeFetchError(error.cause);
  // All addresses of a name failed.
  if (error instanceof AggregateError) return describeFetchError(error.errors[0]);
  return error.message;
}

export function createNoResponseError(request: string, timeoutMs: number): Error {
  return createStoreTimeoutError(`${request}: no response within ${timeoutMs} ms`);
}

/** A failure after which the same request can succeed. */
export interface TemporaryFailure {
  /** Whether the request may have taken effect in spite of the failure. */
  readonly mayHaveTakenEffect: boolean;
  /** Time that the server asks to wait before the next attempt. */
  readonly retryAfterMs: number | undefined;
}

/** Codes of the HTTP layer that are temporary; the server has then not begun the work. */
const TEMPORARY_CODES: readonly string[] = ['rate_limited', 'draining', 'request_timeout'];

/** Returns how to continue after an error; undefined if a retry would fail in the same way. */
export function temporaryFailureOf(error: unknown): TemporaryFailure | undefined {
  const retryAfterMs = retryAfterMsOf(error);
  if (isOverloadedError(error) || (isRequestError(error) && TEMPORARY_CODES.includes(error.code)))
    return { mayHaveTakenEffect: false, retryAfterMs };
  if (isStoreUnavailableError(error) || isStoreTimeoutError(error) || isStoreFullError(error))
    return { mayHaveTakenEffect: true, retryAfterMs };
  return undefined;
}

function retryAfterMsOf(error: unknown): number | undefined {
  const cause = error instanceof Error ? error.cause : undefined;
  return typeof cause === 'object' && cause !== null && 'retryAfterMs' in cause
    ? (cause as ReportedProblem).retryAfterMs
    : undefined;
}

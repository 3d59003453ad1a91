import { isRequestError, isUnexpectedResponseError } from '@event-tracker/client';
import {
  isEventTrackerError,
  isFilterRequiredError,
  isInvalidIdError,
  isInvalidQueryError,
  isOverloadedError,
  isStoreFullError,
  isStoreTimeoutError,
  isStoreUnavailableError,
} from '@event-tracker/core';
import { EXIT_CODES } from './exit-codes.ts';
import { isInputError } from './input-error.ts';
import { isUsageError } from './usage-error.ts';

/** What a command reports when it fails. */
export interface Failure {
  readonly message: string;
  readonly exitCode: number;
}

/** Codes of the HTTP layer with which a server asks to come back later. */
const LATER_CODES: readonly string[] = ['rate_limited', 'draining', 'request_timeout'];

/** Returns the message and the exit code of an error. An error that is not expected is shown with its stack. */
export function describeFailure(error: unknown): Failure {
  if (!(error instanceof Error)) return { message: String(error), exitCode: EXIT_CODES.refused };
  const { message } = error;
  if (isUnauthorized(error))
    return { message: `${message}\n(--help shows how to set the key)`, exitCode: EXIT_CODES.refused };
  if (isServerUnavailable(error)) {
    const hint = message.includes('ECONNREFUSED')
      ? '\n(event-tracker serve starts a server; --url names another one)'
      : '';
    return { message: message + hint, exitCode: EXIT_CODES.unavailable };
  }
  if (isUsageError(error) || isInvalidQueryError(error) || isFilterRequiredError(error) || isInvalidIdError(error))
    return { message, exitCode: EXIT_CODES.usage };
  if (isEventTrackerError(error) || isRequestError(error) || isInputError(error))
    return { message, exitCode: EXIT_CODES.refused };
  if (isUnexpectedResponseError(error)) return { message, exitCode: EXIT_CODES.unavailable };
  return { message: isSystemError(error) ? message : (error.stack ?? message), exitCode: EXIT_CODES.refused };
}

/** True if the same call can succeed later. */
export function isServerUnavailable(error: unknown): boolean {
  return (
    isStoreUnavailableError(error) ||
    isStoreTimeoutError(error) ||
    isStoreFullError(error) ||
    isOverloadedError(error) ||
    (isRequestError(error) && LATER_CODES.includes(error.code))
  );
}

/** True if the key is missing or wrong. The message of the server describes header fields, which this program sends. */
function isUnauthorized(error: unknown): boolean {
  return isRequestError(error) && error.code === 'unauthorized';
}

/** True for errors of the operating system, such as a file that does not exist. Their messages name the file. */
function isSystemError(error: Error): boolean {
  return 'syscall' in error;
}

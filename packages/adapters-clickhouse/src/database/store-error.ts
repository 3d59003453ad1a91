import { ClickHouseError } from '@clickhouse/client';
import { isEventTrackerError, isStoreTimeoutError } from '@event-tracker/core';
import {
  createStoreFullError,
  createStoreTimeoutError,
  createStoreUnavailableError,
  messageOf,
} from '@event-tracker/core/store';

/** ClickHouse error codes (ErrorCodes.cpp) of a statement that exceeded its time limit or whose outcome is unknown. */
const TIMEOUTS = new Set([
  '159', // TIMEOUT_EXCEEDED
  '160', // TOO_SLOW
  '209', // SOCKET_TIMEOUT
  '319', // UNKNOWN_STATUS_OF_INSERT
  '394', // QUERY_WAS_CANCELLED
  '735', // QUERY_WAS_CANCELLED_BY_CLIENT
]);
const NOT_ENOUGH_SPACE = '243';
/** Error codes that indicate a defect in this package. */
const DEFECTS = new Set([
  '6', // CANNOT_PARSE_TEXT
  '26', // CANNOT_PARSE_QUOTED_STRING
  '27', // CANNOT_PARSE_INPUT_ASSERTION_FAILED
  '42', // NUMBER_OF_ARGUMENTS_DOESNT_MATCH
  '43', // ILLEGAL_TYPE_OF_ARGUMENT
  '46', // UNKNOWN_FUNCTION
  '47', // UNKNOWN_IDENTIFIER
  '53', // TYPE_MISMATCH
  '62', // SYNTAX_ERROR
  '117', // INCORRECT_DATA
  '130', // CANNOT_READ_ARRAY_FROM_TEXT
  '386', // NO_COMMON_TYPE
]);
/** The operating system's message for a full disk, which ClickHouse includes in errors with various codes. */
const DISK_FULL = /No space left on device/;

/** Codes of a connection that was never opened: nothing was sent. */
const NOT_CONNECTED = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
]);

/** Maps an error of ClickHouse or of the connection to an error of the port. Returns other errors unchanged. */
export function toStoreError<E>(error: E): E | Error {
  if (isEventTrackerError(error) || !isFromServer(error)) return error;
  const options = { cause: error };
  const message = `ClickHouse: ${messageOf(error)}`;
  if (error instanceof ClickHouseError) {
    if (DEFECTS.has(error.code)) return error;
    if (TIMEOUTS.has(error.code)) return createStoreTimeoutError(message, options);
    if (error.code === NOT_ENOUGH_SPACE || DISK_FULL.test(error.message)) return createStoreFullError(message, options);
  }
  return createStoreUnavailableError(message, options);
}

export function createTimeoutError(timeoutMs: number, error: unknown): Error {
  return createStoreTimeoutError(`ClickHouse did not respond within ${timeoutMs} ms`, { cause: error });
}

/** Creates the error for a connection that is lost during a change: the outcome is unknown. */
export function createUnknownOutcomeError(error: unknown): Error {
  return createStoreTimeoutError('the connection to ClickHouse was lost during a change; the outcome is unknown', {
    cause: error,
  });
}

/** True if no connection could be opened. */
export function isConnectionRefused(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.every(isConnectionRefused);
  return error instanceof Error && 'code' in error && NOT_CONNECTED.has(String(error.code));
}

/** True if the server cannot be reached or is not ready now, but can be later. False for errors that the server returns. */
export function isUnreachable(error: unknown): error is Error {
  // The connection was lost during a change.
  if (isStoreTimeoutError(error)) return isConnectionRefused(error.cause);
  return isFromServer(error) && !isEventTrackerError(error) && !(error instanceof ClickHouseError);
}

/** True if an error comes from the client or the network, not from a defect in this program. */
function isFromServer(error: unknown): error is Error {
  return error instanceof Error && !(error instanceof TypeError || error instanceof RangeError);
}

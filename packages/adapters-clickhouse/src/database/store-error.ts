import { ClickHouseError } from '@clickhouse/client';
import { isEventTrackerError, isStoreTimeoutError } from '@event-tracker/core';
import { createStoreFullError, createStoreTimeoutError, createStoreUnavailableError } from '@event-tracker/core/store';

/** Codes of ClickHouse (its ErrorCodes.cpp) that tell of a statement that took too long, or whose effect is not known. */
const TIMEOUTS = new Set([
  '159', // TIMEOUT_EXCEEDED
  '160', // TOO_SLOW
  '209', // SOCKET_TIMEOUT
  '319', // UNKNOWN_STATUS_OF_INSERT
  '394', // QUERY_WAS_CANCELLED
  '735', // QUERY_WAS_CANCELLED_BY_CLIENT
]);
const NOT_ENOUGH_SPACE = '243';
/** Codes that tell of a defect in this package, not of the server's state. */
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
/** What the system says when a file cannot grow; ClickHouse passes it on within errors of several codes. */
const DISK_FULL = /No space left on device/;

/** Nothing was sent: whatever was to be changed is as it was. */
const NOT_CONNECTED = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
]);

/** What the port tells of something that ClickHouse, or the way there, was the reason for; anything else as it is. */
export function toStoreError(error: unknown): unknown {
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
  return createStoreTimeoutError(`ClickHouse did not answer within ${timeoutMs} ms`, { cause: error });
}

/** A change was sent, and the connection broke before the answer: whether it was made is not known. */
export function createAnswerLostError(error: unknown): Error {
  return createStoreTimeoutError('ClickHouse was lost before it said whether the change is made', { cause: error });
}

/** Whether the server could not be reached at all. */
export function isConnectionRefused(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.every(isConnectionRefused);
  return error instanceof Error && 'code' in error && NOT_CONNECTED.has(String(error.code));
}

/** Whether the server cannot be reached or is not ready, but perhaps in a moment; what it refuses is not waited for. */
export function isAway(error: unknown): boolean {
  // It went away before it answered a change.
  if (isStoreTimeoutError(error)) return isConnectionRefused(error.cause);
  return isFromServer(error) && !isEventTrackerError(error) && !(error instanceof ClickHouseError);
}

/** Whether the client, or the network under it, made an error, rather than a mistake in this program. */
function isFromServer(error: unknown): error is Error {
  return error instanceof Error && !(error instanceof TypeError || error instanceof RangeError);
}

/** Node reports the failures of a name's several addresses in an AggregateError, without a text of its own. */
function messageOf(error: Error): string {
  if (error instanceof AggregateError) {
    return error.errors.map((each) => (each instanceof Error ? each.message : String(each))).join(', ');
  }
  return error.message;
}

import { isEventTrackerError } from '@event-tracker/core';
import { createStoreFullError, createStoreTimeoutError, createStoreUnavailableError } from '@event-tracker/core/store';
import pg from 'pg';

/** Codes of PostgreSQL (appendix A of its manual) for a statement that took too long. */
const TIMEOUTS = new Set([
  '57014', // query_canceled, by statement_timeout or by an administrator
  '55P03', // lock_not_available
  '25P03', // idle_in_transaction_session_timeout
  '25P04', // transaction_timeout
]);
const DISK_FULL = '53100';
/**
 * Codes after which a connection is of no more use, although the server goes on with it: a session stays read-only that
 * began while the database was, as a failover leaves it.
 */
const OUTDATED = [
  '25006', // read_only_sql_transaction
  '57P01', // admin_shutdown
  '57P02', // crash_shutdown
  '57P03', // cannot_connect_now
  '57P04', // database_dropped
  '57P05', // idle_session_timeout
];
/** Classes that tell of a defect in this package, not of the server's state. */
const DEFECTS = ['22', '54']; // data exception, program limit exceeded

/** invalid_authorization_specification, invalid_password, invalid_catalog_name. */
const REFUSALS = ['28000', '28P01', '3D000'];

/** Whether an error is the server's answer to one statement: it had no effect, and the connection goes on. */
export function isStatementError(error: unknown): error is pg.DatabaseError {
  return error instanceof pg.DatabaseError && error.severity === 'ERROR';
}

/** True if an error shows that the server is not what it was when it accepted the connection. */
export function isOutdated(error: unknown): boolean {
  return hasCode(error, ...OUTDATED);
}

export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof pg.DatabaseError && codes.includes(error.code ?? '');
}

/** What the port tells of something that PostgreSQL, or the way there, was the reason for; anything else as it is. */
export function toStoreError(error: unknown): unknown {
  if (isEventTrackerError(error) || !isFromServer(error)) return error;
  const message = `PostgreSQL: ${messageOf(error)}`;
  const options = { cause: error };
  if (error instanceof pg.DatabaseError) {
    const code = error.code ?? '';
    if (TIMEOUTS.has(code)) return createStoreTimeoutError(message, options);
    if (code === DISK_FULL) return createStoreFullError(message, options);
    // Of a connection it refuses, it is a parameter of the URL that the server has something against.
    if (DEFECTS.includes(code.slice(0, 2)) && isStatementError(error)) return error;
  }
  if (error.message === 'Query read timeout') {
    return createStoreTimeoutError('PostgreSQL did not answer in time', options);
  }
  return createStoreUnavailableError(message, options);
}

/** A statement whose effect lasts was sent, and the connection broke before the answer: whether it took effect is not known. */
export function createAnswerLostError(error: unknown): Error {
  return createStoreTimeoutError('PostgreSQL was lost before it said whether the change is made', { cause: error });
}

/** Whether the server cannot be reached, but perhaps in a moment; what it refuses for good is not waited for. */
export function isAway(error: unknown): boolean {
  if (isEventTrackerError(error) || isStatementError(error) || hasCode(error, ...REFUSALS)) return false;
  return isFromServer(error);
}

/** Whether pg, or the network under it, made an error, rather than a mistake in this program. */
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

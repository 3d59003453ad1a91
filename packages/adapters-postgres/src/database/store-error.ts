import { isEventTrackerError } from '@event-tracker/core';
import {
  createStoreFullError,
  createStoreTimeoutError,
  createStoreUnavailableError,
  messageOf,
} from '@event-tracker/core/store';
import pg from 'pg';

/** PostgreSQL error codes (appendix A of its manual) of a statement that exceeded a time limit. */
const TIMEOUTS = new Set([
  '57014', // query_canceled, by statement_timeout or by an administrator
  '55P03', // lock_not_available
  '25P03', // idle_in_transaction_session_timeout
  '25P04', // transaction_timeout
]);
const DISK_FULL = '53100';
/**
 * Codes after which a connection must be replaced. A session that began while the database was read-only, for example
 * during a failover, stays read-only.
 */
const OUTDATED = [
  '25006', // read_only_sql_transaction
  '57P01', // admin_shutdown
  '57P02', // crash_shutdown
  '57P03', // cannot_connect_now
  '57P04', // database_dropped
  '57P05', // idle_session_timeout
];
/** Error classes that indicate a defect in this package. */
const DEFECTS = ['22', '54']; // data exception, program limit exceeded

/** invalid_authorization_specification, invalid_password, invalid_catalog_name. */
const REFUSALS = ['28000', '28P01', '3D000'];

/** True for an error of one statement: it had no effect, and the connection stays usable. */
export function isStatementError(error: unknown): error is pg.DatabaseError {
  return error instanceof pg.DatabaseError && error.severity === 'ERROR';
}

/** True if an error shows that the state of the server has changed since the connection was opened. */
export function isOutdated(error: unknown): boolean {
  return hasCode(error, ...OUTDATED);
}

export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof pg.DatabaseError && codes.includes(error.code ?? '');
}

/** Maps an error of PostgreSQL or of the connection to an error of the port. Returns other errors unchanged. */
export function toStoreError<E>(error: E): E | Error {
  if (isEventTrackerError(error) || !isFromServer(error)) return error;
  const message = `PostgreSQL: ${messageOf(error)}`;
  const options = { cause: error };
  if (error instanceof pg.DatabaseError) {
    const code = error.code ?? '';
    if (TIMEOUTS.has(code)) return createStoreTimeoutError(message, options);
    if (code === DISK_FULL) return createStoreFullError(message, options);
    // Without a connection, these classes mean that the server rejected a parameter of the URL.
    if (DEFECTS.includes(code.slice(0, 2)) && isStatementError(error)) return error;
  }
  if (error.message === 'Query read timeout') {
    return createStoreTimeoutError('PostgreSQL did not respond within the deadline', options);
  }
  return createStoreUnavailableError(message, options);
}

/** Creates the error for a connection that is lost during a commit: the outcome is unknown. */
export function createUnknownOutcomeError(error: unknown): Error {
  return createStoreTimeoutError('the connection to PostgreSQL was lost during a commit; the outcome is unknown', {
    cause: error,
  });
}

/** True if the server cannot be reached now but can be later. False for errors that persist, such as a wrong password. */
export function isUnreachable(error: unknown): error is Error {
  if (isEventTrackerError(error) || isStatementError(error) || hasCode(error, ...REFUSALS)) return false;
  return isFromServer(error);
}

/** True if an error comes from pg or the network, not from a defect in this program. */
function isFromServer(error: unknown): error is Error {
  return error instanceof Error && !(error instanceof TypeError || error instanceof RangeError);
}

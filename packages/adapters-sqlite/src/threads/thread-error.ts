import { createStoreUnavailableError } from '@event-tracker/core/store';
import { isSqliteError } from '../database/sqlite-error.ts';

/** An error as a message between threads. A structured clone of an error has no code and no other members. */
export interface ThreadError {
  readonly message: string;
  readonly cause: unknown;
  /** The members of an EventTrackerError; empty for a defect. */
  readonly members: object;
}

export function toThreadError(error: unknown): ThreadError {
  if (!(error instanceof Error)) return { message: String(error), cause: error, members: {} };
  if (isSqliteError(error))
    return toThreadError(createStoreUnavailableError(`SQLite: ${error.message} (${error.errcode})`, { cause: error }));
  if (isSystemError(error)) return toThreadError(createStoreUnavailableError(error.message, { cause: error }));
  const { message, cause } = error;
  // An EventTrackerError has an own `name`. Its guard is in the entry point for applications, which a thread does not load:
  // that would double the time in which the thread starts.
  return Object.hasOwn(error, 'name')
    ? { message, cause, members: { ...error } }
    : { message, cause: error, members: {} };
}

export function fromThreadError({ message, cause, members }: ThreadError): Error {
  return Object.assign(new Error(message, { cause }), members);
}

/** True for an error of the operating system, such as a folder that does not exist or is not readable. */
function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'errno' in error && 'syscall' in error;
}

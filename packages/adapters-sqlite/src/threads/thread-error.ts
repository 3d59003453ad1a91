import { isEventTrackerError } from '@event-tracker/core';
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
  if (isEventTrackerError(error)) return { message: error.message, cause: error.cause, members: { ...error } };
  if (isSqliteError(error))
    return toThreadError(createStoreUnavailableError(`SQLite: ${error.message} (${error.errcode})`, { cause: error }));
  if (isSystemError(error)) return toThreadError(createStoreUnavailableError(error.message, { cause: error }));
  return { message: error instanceof Error ? error.message : String(error), cause: error, members: {} };
}

export function fromThreadError({ message, cause, members }: ThreadError): Error {
  return Object.assign(new Error(message, { cause }), members);
}

/** True for an error of the operating system, such as a folder that does not exist or is not readable. */
function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'errno' in error && 'syscall' in error;
}

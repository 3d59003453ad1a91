import { isEventTrackerError } from '@event-tracker/core';
import { createStoreUnavailableError } from '@event-tracker/core/store';
import { isSqliteError } from '../database/sqlite-error.ts';

/** An error on its way between two threads: a copy of an error has lost its name, its code and whatever else it had. */
export interface ThreadError {
  readonly message: string;
  readonly cause: unknown;
  /** What was lost; nothing where it is a defect. */
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

/** True for an error of the operating system, such as of a folder that is gone or may not be read. */
function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'errno' in error && 'syscall' in error;
}

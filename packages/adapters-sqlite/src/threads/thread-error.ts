import {
  createStoreTimeoutError,
  createStoreUnavailableError,
  isStoreTimeoutError,
  isStoreUnavailableError,
} from '@event-tracker/core';

/** An error on its way between two threads: a copy of an error loses its code. */
export interface ThreadError {
  readonly kind: 'store_unavailable' | 'store_timeout' | 'defect';
  readonly message: string;
  readonly cause: unknown;
}

/** What SQLite itself reports: a full or broken disk, a lock, a damaged file. None of it is a fault of the call. */
interface SqliteError extends Error {
  readonly errcode: number;
}

export function toThreadError(error: unknown): ThreadError {
  if (isStoreTimeoutError(error) || isStoreUnavailableError(error))
    return { kind: error.code, message: error.message, cause: error.cause };
  if (isSqliteError(error))
    return { kind: 'store_unavailable', message: `SQLite: ${error.message} (${error.errcode})`, cause: error };
  return { kind: 'defect', message: error instanceof Error ? error.message : String(error), cause: error };
}

export function fromThreadError({ kind, message, cause }: ThreadError): Error {
  switch (kind) {
    case 'store_unavailable':
      return createStoreUnavailableError(message, { cause });
    case 'store_timeout':
      return createStoreTimeoutError(message, { cause });
    case 'defect':
      return new Error(message, { cause });
  }
}

export function isSqliteError(error: unknown): error is SqliteError {
  return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number';
}

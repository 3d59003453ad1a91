/** What SQLite itself reports: a full or broken disk, a lock, a damaged file. None of it is a fault of the call. */
interface SqliteError extends Error {
  readonly errcode: number;
}

export function isSqliteError(error: unknown): error is SqliteError {
  return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number';
}

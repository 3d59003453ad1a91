/** An error that SQLite reports: a full or failed disk, a lock, a damaged file. The caller did not cause it. */
interface SqliteError extends Error {
  readonly errcode: number;
}

export function isSqliteError(error: unknown): error is SqliteError {
  return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number';
}

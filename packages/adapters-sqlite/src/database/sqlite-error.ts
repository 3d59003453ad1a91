/** An error that SQLite reports: a full or failed disk, a lock, a damaged file. The caller did not cause it. */
interface SqliteError extends Error {
  readonly errcode: number;
}

export function isSqliteError(error: unknown): error is SqliteError {
  return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number';
}

const CONSTRAINT_VIOLATION = 19; // SQLITE_CONSTRAINT, the lowest byte of its extended codes

export function isConstraintViolation(error: unknown): boolean {
  return isSqliteError(error) && (error.errcode & 0xff) === CONSTRAINT_VIOLATION;
}

const UNIQUE_VIOLATION = 2067; // SQLITE_CONSTRAINT_UNIQUE

export function isUniqueViolation(error: unknown): boolean {
  return isSqliteError(error) && error.errcode === UNIQUE_VIOLATION;
}

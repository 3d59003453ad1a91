import type { Database } from './database.ts';

/** Runs work in a transaction. Rolls back if the work throws. */
export function inTransaction<T>(database: Database, begin: 'BEGIN' | 'BEGIN IMMEDIATE', work: () => T): T {
  database.exec(begin);
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    rollBack(database);
    throw error;
  }
}

/** Rolls back a transaction, unless SQLite has already rolled it back after an I/O error. */
export function rollBack(database: Database): void {
  try {
    database.exec('ROLLBACK');
  } catch {
    // There is nothing to roll back. The caller reports the first error.
  }
}

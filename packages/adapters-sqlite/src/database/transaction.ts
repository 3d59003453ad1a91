import type { Database } from './database.ts';

/** Does all of some work in one transaction, or none of it where it throws. */
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

/** Ends a transaction, of which nothing is kept; an error of the disk may have ended it already. */
export function rollBack(database: Database): void {
  try {
    database.exec('ROLLBACK');
  } catch {
    // There is nothing to roll back, and the first error is the one to tell.
  }
}

import type { Database } from './database.ts';

/** Returns the number that a statement selects as its only row and column. */
export function numberOf(database: Database, sql: string): number {
  const [value] = database.statement(sql).get() as unknown as [bigint];
  return Number(value);
}

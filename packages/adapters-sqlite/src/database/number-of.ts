import type { Database } from './database.ts';

/** The number that a statement of one row and one column answers. */
export function numberOf(database: Database, sql: string): number {
  const [value] = database.statement(sql).get() as unknown as [bigint];
  return Number(value);
}

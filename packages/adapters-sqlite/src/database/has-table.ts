import type { Database } from './database.ts';

/** True if the file has a table with this name. Ignores temporary tables and views. */
export function hasTable(database: Database, name: string): boolean {
  return database.statement(FIND_TABLE).get(name) !== undefined;
}

const FIND_TABLE = "SELECT 1 FROM main.sqlite_schema WHERE type = 'table' AND name = ?";
